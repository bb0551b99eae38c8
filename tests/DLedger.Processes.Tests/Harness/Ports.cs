namespace DLedger.Processes.Tests;

/// <summary>
/// Free ports of the loopback address, below those that systems give to outgoing connections: a member that is restarted must find its own free.
/// </summary>
internal static class Ports
{
    private const int Lowest = 11000;
    private const int Highest = 20800;

    /// <summary>Distinct ports, each free together with the bulk port that belongs to it by default.</summary>
    public static IReadOnlyList<int> Pick(int count) => FreePorts.Pick(count, Lowest, Highest, Member.BulkPortOffset);
}
