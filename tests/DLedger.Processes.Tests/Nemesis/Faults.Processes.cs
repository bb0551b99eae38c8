namespace DLedger.Processes.Tests;

/// <content>What must hold of the processes whatever happens to them.</content>
internal sealed partial class Faults
{
    /// <summary>Starts all members for the first time.</summary>
    public Task StartAllAsync() => StartProcessesAsync(Ids.ToList());

    /// <summary>
    /// After the nemeses have undone their faults: nothing is left of them, no process has ended by itself, no group has stopped, nobody is
    /// quarantined.
    /// </summary>
    public void ExpectAllWell()
    {
        Expect.That(_down.Count == 0 && _paused.Count == 0 && _cuts.Count == 0 && _full.Count == 0, "a nemesis left a fault behind");
        foreach (var id in Ids) Expect.That(!group.Process(id).HasExited, $"the process of {id} has ended by itself");
        foreach (var (id, process) in _processes)
        {
            if (process.Lines().FirstOrDefault(IsBad) is { } line) throw new ScenarioFailedException($"{id} (process {process.Id}): {line}");
        }

        // Only what runs now can do harm later.
        _processes.RemoveAll(entry => entry.Process.HasExited);
    }

    private static bool IsBad(string line) =>
        line.StartsWith(CuttableNode.Quarantine, StringComparison.Ordinal) || line.StartsWith(CuttableNode.GroupFailure, StringComparison.Ordinal);
}
