namespace DLedger.Processes.Tests;

/// <summary>
/// What is wrong with a group at the moment, and the only way to change it: one action at a time, so that several nemeses may strike at once. Each
/// fault is undone by whoever caused it; what another one has undone meanwhile (a process killed while it was paused) is left alone.
/// </summary>
internal sealed partial class Faults(ServerGroup group, IReadOnlyDictionary<string, SmallDisk> disks, Action<string> say) : IDisposable
{
    private static readonly string[] Cures = ["start", "SIGCONT", "heal", "free disk"];
    private static readonly TimeSpan StatusTimeout = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly HashSet<string> _down = [];
    private readonly Dictionary<string, ChildProcess> _paused = [];
    private readonly List<IReadOnlyCollection<(string From, string To)>> _cuts = [];
    private readonly HashSet<string> _full = [];
    private volatile bool _hasFullDisk;
    private readonly List<(string Id, ChildProcess Process)> _processes = [];
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>Faults by kind.</summary>
    public IReadOnlyDictionary<string, int> Counts => _counts;

    public IReadOnlyList<string> Ids { get; } = [.. group.Ids];

    /// <summary>The member whose folder was wiped; a group bears that once.</summary>
    public string? Wiped { get; private set; }

    /// <summary>May be asked at any time, by anybody.</summary>
    public bool HasFullDisk => _hasFullDisk;

    /// <summary>In random order; the leader comes first every second time, so that it gets its share of what happens to the first ones.</summary>
    public async Task<IReadOnlyList<string>> ShuffledAsync(Random dice)
    {
        var ids = Ids.ToArray();
        dice.Shuffle(ids);
        if (dice.Next(2) == 0 && await LeaderAsync() is { } leader) ids = [leader, .. ids.Where(id => id != leader)];
        return ids;
    }

    /// <summary>kill -9.</summary>
    public Task KillAsync(params IReadOnlyList<string> ids) => DoAsync("kill -9", async () =>
    {
        var alive = ids.Where(_down.Add).ToList();
        await group.KillAndWaitAsync(alive);
        foreach (var id in alive) _paused.Remove(id);
        return alive;
    });

    public Task StartAsync(params IReadOnlyList<string> ids) => DoAsync("start", async () =>
    {
        var dead = ids.Where(_down.Remove).ToList();
        if (dead.Count > 0) await StartProcessesAsync(dead);
        return dead;
    });

    /// <summary>SIGSTOP.</summary>
    public Task PauseAsync(params IReadOnlyList<string> ids) => DoAsync("SIGSTOP", () =>
    {
        var running = ids.Where(id => !_down.Contains(id) && !_paused.ContainsKey(id)).ToList();
        foreach (var id in running)
        {
            _paused[id] = group.Process(id);
            _paused[id].Pause();
        }

        return Task.FromResult<IReadOnlyList<string>>(running);
    });

    /// <summary>SIGCONT.</summary>
    public Task ResumeAsync(params IReadOnlyList<string> ids) => DoAsync("SIGCONT", () =>
    {
        var stopped = ids.Where(_paused.ContainsKey).ToList();
        foreach (var id in stopped)
        {
            _paused.Remove(id, out var process);
            process!.Resume();
        }

        return Task.FromResult<IReadOnlyList<string>>(stopped);
    });

    /// <summary>Cuts the network; what is given back heals it again.</summary>
    public async Task<Func<Task>> CutAsync(string name, IReadOnlyCollection<(string From, string To)> pairs)
    {
        await DoAsync(name, async () =>
        {
            _cuts.Add(pairs);
            await ApplyCutsAsync();
            return [string.Join(' ', pairs.Select(pair => $"{pair.From}>{pair.To}"))];
        });
        return () => DoAsync("heal", async () =>
        {
            _cuts.Remove(pairs);
            await ApplyCutsAsync();
            return [name];
        });
    }

    /// <summary>Kills a member and deletes its folder; it is to be started again. Only one in a group, and never twice.</summary>
    public Task WipeAsync(string id) => DoAsync("wiped folder", async () =>
    {
        Expect.That(Wiped is null, "a second wiped folder would be more than the group promises to survive");
        Wiped = id;
        if (_down.Add(id)) await group.KillAndWaitAsync(id);
        _paused.Remove(id);
        Directory.Delete(group.FolderOf(id), recursive: true);
        return [id];
    });

    public Task FillDisksAsync(params IReadOnlyList<string> ids) => DoAsync("full disk", async () =>
    {
        // Who lost its folder has yet to make a store, for which a disk must have space.
        var roomy = ids.Where(id => !(id == Wiped && _down.Contains(id)) && _full.Add(id)).ToList();
        _hasFullDisk = _full.Count > 0;
        foreach (var id in roomy) await disks[id].FillAsync();
        return roomy;
    });

    public Task FreeDisksAsync(params IReadOnlyList<string> ids) => DoAsync("free disk", async () =>
    {
        var full = ids.Where(_full.Remove).ToList();
        _hasFullDisk = _full.Count > 0;
        foreach (var id in full) await disks[id].FreeAsync();
        return full;
    });

    public void Dispose() => _one.Dispose();

    private async Task<string?> LeaderAsync()
    {
        var asked = Ids.Where(id => !_down.Contains(id) && !_paused.ContainsKey(id)).ToList();
        var statuses = await Task.WhenAll(asked.Select(id => group.StatusOfAsync(id, StatusTimeout)));
        return statuses.Where(status => status is { Role: MemberRole.Leader }).MaxBy(status => status!.Term)?.Id;
    }

    private Task ApplyCutsAsync() => group.CutAsync([.. _cuts.SelectMany(static cut => cut).Distinct()], _paused.Keys);

    private async Task StartProcessesAsync(IReadOnlyCollection<string> ids)
    {
        await group.StartAsync(ids);
        foreach (var id in ids) _processes.Add((id, group.Process(id)));
    }

    /// <param name="what">For people; a fault is counted under this name.</param>
    /// <param name="action">Returns whom it befell: who is down already cannot be killed.</param>
    private async Task DoAsync(string what, Func<Task<IReadOnlyList<string>>> action)
    {
        await _one.WaitAsync();
        try
        {
            var befallen = await action();
            if (befallen.Count == 0) return;
            if (!Cures.Contains(what)) _counts[what] = _counts.GetValueOrDefault(what) + befallen.Count;
            say($"{what}: {string.Join(' ', befallen)}");
        }
        finally
        {
            _one.Release();
        }
    }
}
