namespace DLedger.Processes.Tests;

/// <summary>All nemeses by name, the combined one last.</summary>
internal static class Nemeses
{
    private static readonly IReadOnlyList<Nemesis> Single =
    [
        Partition.RandomNode,
        Partition.RandomHalves,
        Partition.MajoritiesRing,
        Partition.Bridge,
        Partition.OneWay,
        new KillRandomNode(),
        new KillAllAtOnce(),
        new HammerTime(),
        new DiskFull(),
        new WipedFolder(),
    ];

    /// <summary>What needs more rights than we have is left out of the combination, and says so when it is asked for by name.</summary>
    public static IReadOnlyList<Nemesis> All { get; } = [.. Single, new Combined([.. Single.Where(nemesis => nemesis.WhyNot is null)])];
}
