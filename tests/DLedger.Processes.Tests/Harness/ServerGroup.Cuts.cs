namespace DLedger.Processes.Tests;

/// <content>Partitions, and slow disks.</content>
internal sealed partial class ServerGroup
{
    private IReadOnlyCollection<(string From, string To)> _cuts = [];

    /// <summary>
    /// Cuts the network between ordered pairs of members: what the first sends does not reach the second. Whoever is down starts with it.
    /// </summary>
    /// <param name="pairs">All that are cut from now on.</param>
    /// <param name="paused">Members that cannot answer now; they obey when they go on.</param>
    public async Task CutAsync(IReadOnlyCollection<(string From, string To)> pairs, IReadOnlyCollection<string>? paused = null)
    {
        Expect.That(_cuttable, "this group's network cannot be cut");
        _cuts = pairs;
        foreach (var id in Ids.Where(id => !_processes[id].HasExited))
        {
            var (to, from) = CutsOf(id);
            await TellAsync(id, $"cut {to} {from}", paused?.Contains(id) == true ? null : CuttableNode.CutDone);
        }
    }

    public async Task HealAsync()
    {
        _cuts = [];
        foreach (var id in Ids) await TellAsync(id, "heal", CuttableNode.Healed);
    }

    /// <summary>
    /// What a member sends on the connections that it has is lost from now on, and nothing ends them; what others send to it arrives.
    /// </summary>
    public Task MuteConnectionsAsync(string id) => TellAsync(id, "mute", CuttableNode.Muted);

    /// <summary>Each sync of a member's files takes so much longer from now on.</summary>
    public Task SlowSyncsAsync(string id, TimeSpan delay) =>
        TellAsync(id, FormattableString.Invariant($"slow {delay.TotalMilliseconds:0}"), CuttableNode.Slow);

    /// <summary>What lives in a member's heap after a forced collection.</summary>
    public async Task<long> LiveBytesAsync(string id)
    {
        var answer = _processes[id].NextLineAsync(line => line.StartsWith(CuttableNode.Live, StringComparison.Ordinal), "what lives");
        await TellAsync(id, "collect", null);
        return long.Parse((await answer)[CuttableNode.Live.Length..], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>That nobody was quarantined: only a restart would end that.</summary>
    public void ExpectNoQuarantine()
    {
        foreach (var id in Ids)
        {
            var line = _processes[id].Lines().FirstOrDefault(line => line.StartsWith(CuttableNode.Quarantine, StringComparison.Ordinal));
            Expect.That(line is null, $"{id}: {line}");
            Expect.That(!_processes[id].HasExited, $"the process of {id} has ended");
        }
    }

    private (string To, string From) CutsOf(string id) => (
        List(_cuts.Where(pair => pair.From == id).Select(pair => pair.To)),
        List(_cuts.Where(pair => pair.To == id).Select(pair => pair.From)));

    private static string List(IEnumerable<string> ids) => string.Join(',', ids) is { Length: > 0 } list ? list : "-";

    private async Task TellAsync(string id, string command, string? answer)
    {
        var answered = answer is null ? Task.CompletedTask : _processes[id].NextLineAsync(line => line == answer, $"an answer to '{command}'");
        await _processes[id].Input.WriteLineAsync(command);
        await _processes[id].Input.FlushAsync();
        await answered;
    }
}
