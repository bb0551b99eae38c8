namespace DLedger.Processes.Tests;

/// <content>Partitions.</content>
internal sealed partial class ServerGroup
{
    /// <summary>Cuts the network between ordered pairs of members: what the first sends does not reach the second.</summary>
    public async Task CutAsync(IReadOnlyCollection<(string From, string To)> pairs)
    {
        Expect.That(_cuttable, "this group's network cannot be cut");
        foreach (var id in Ids)
        {
            var to = pairs.Where(pair => pair.From == id).Select(pair => pair.To).ToArray();
            var from = pairs.Where(pair => pair.To == id).Select(pair => pair.From).ToArray();
            await TellAsync(id, $"cut {List(to)} {List(from)}", CuttableNode.CutDone);
        }
    }

    public async Task HealAsync()
    {
        foreach (var id in Ids) await TellAsync(id, "heal", CuttableNode.Healed);
    }

    /// <summary>What a member sends on the connections that it has is lost from now on, and nothing ends them; what others send to it arrives.</summary>
    public Task MuteConnectionsAsync(string id) => TellAsync(id, "mute", CuttableNode.Muted);

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

    private static string List(string[] ids) => ids.Length == 0 ? "-" : string.Join(',', ids);

    private async Task TellAsync(string id, string command, string answer)
    {
        var answered = _processes[id].NextLineAsync(line => line == answer, $"an answer to '{command}'");
        await _processes[id].Input.WriteLineAsync(command);
        await _processes[id].Input.FlushAsync();
        await answered;
    }
}
