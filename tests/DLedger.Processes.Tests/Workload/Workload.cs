namespace DLedger.Processes.Tests;

/// <summary>All clients of a run.</summary>
internal sealed class Workload : IAsyncDisposable
{
    // Shorter and longer than a member's own append-timeout (5 s), so that both a missing answer and a member's Unknown occur.
    private static readonly TimeSpan[] Timeouts = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(8)];

    private readonly List<IEntryPoint> _entries = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _clients = [];
    private readonly WorkloadTally _tally = new();

    public Workload(Stage stage, ServerGroup group, HistoryRecorder history, WorkloadOptions options, Func<bool> hasFullDisk, Random dice)
    {
        var end = new LogEnd();
        var addresses = group.Members.Select(member => member.Address).ToList();
        for (var i = 0; i < options.Clients; i++)
        {
            var own = new Random(dice.Next());
            IEntryPoint entry = i % 2 == 0
                ? new MemberEntryPoint(stage.Clients, addresses, (i / 2) % addresses.Count, Timeouts[i / 2 % Timeouts.Length], own)
                : new GroupEntryPoint(group.NewClient(TimeSpan.FromSeconds(10)));
            _entries.Add(entry);
            var client = new WorkloadClient(entry, history, end, options, hasFullDisk, own, _tally);
            _clients.Add(Task.Run(() => client.RunAsync(_stop.Token)));
        }
    }

    /// <summary>Appends that were refused, by reason.</summary>
    public string ShowRefusals() => _tally.ShowRefusals();

    /// <summary>Completes when so many more appends are ok; fails when a client has failed.</summary>
    public async Task MoreAsync(int count)
    {
        var ended = await Task.WhenAny([_tally.MoreAsync(count), .. _clients]).Within($"{count} more appends that are ok");
        await ended;
    }

    /// <summary>Begins no more operations and waits for those that are open.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients).Within("the last operations");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var entry in _entries) await entry.DisposeAsync();

        // Whoever asked for the end of a run that has failed knows already why.
        await Task.WhenAll(_clients).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _stop.Dispose();
    }
}
