namespace DLedger.Compare;

/// <summary>The table of what must be true: this project, embedded, against the others, and against the floor of the same rounds.</summary>
internal sealed class Requirements(ResultSet results)
{
    private const int Copies = 3;

    private static readonly Cell One = new(1024, 1);
    private static readonly Cell Some = new(1024, 64);
    private static readonly Cell Many = new(1024, 1024);
    private static readonly Cell Small = new(128, 1024);

    private readonly Dictionary<Cell, CellRows> _cells = CellRows.Of(results.Runs).Where(rows => rows.RatePerSecond == 0)
        .ToDictionary(rows => rows.Cell);

    public IEnumerable<Requirement> Judge()
    {
        yield return Latency(Contender.DotNextSynced, 1.0);
        yield return Throughput(Contender.DotNextSynced, Some, 1.5);
        yield return Throughput(Contender.DotNextSynced, Many, 1.7);
        yield return Throughput(Contender.DotNextSynced, Small, 6);
        yield return Latency(Contender.Nats, 1.6);
        yield return Throughput(Contender.Nats, Some, 1.5);
        yield return Throughput(Contender.Nats, Many, 3);
        yield return Throughput(Contender.Nats, Small, 8);
        yield return Throughput(Contender.Etcd, One, 1.5);
        yield return Throughput(Contender.Etcd, Some, 5);
        yield return Throughput(Contender.Etcd, Many, 9);
        yield return Throughput(Contender.Etcd, Small, 35);
        yield return AgainstFloor(
            "floor: fdatasync (overwriting) + round trip", One, "p50", atMost: true, 2, (row, floor) =>
                row.Load!.P50Ms / (floor.OverwriteP50Ms + floor.RoundTripP50Ms));
        yield return AgainstFloor(
            "floor: fdatasync (new space) + round trip", One, "p50", atMost: true, 2, (row, floor) =>
                row.Load!.P50Ms / (floor.FreshP50Ms + floor.RoundTripP50Ms));
        yield return AgainstFloor(
            "floor: three bare writers", Many, "bytes/s, three copies", atMost: false, 0.6, (row, floor) =>
                row.Throughput * row.SizeBytes * Copies / floor.BestBytesPerSecond);
    }

    private Requirement Throughput(Contender against, Cell cell, double limit) =>
        new(against.Name, cell, "entries/s", false, limit, ours => At(cell)?.Ratio(ours.Name, against.Name, row => row.Throughput));

    private Requirement Latency(Contender against, double limit) =>
        new(against.Name, One, "p50", true, limit, ours => At(One)?.Ratio(ours.Name, against.Name, row => row.Load!.P50Ms));

    private Requirement AgainstFloor(string against, Cell cell, string what, bool atMost, double limit, Func<RunRow, FloorRow, double> ratio) =>
        new(against, cell, what, atMost, limit, ours =>
    {
        var floors = results.Floors.DistinctBy(floor => floor.Round).ToDictionary(floor => floor.Round);
        var rows = At(cell)?.Measured(ours.Name) ?? [];
        return Spread.Of(rows.Where(row => floors.ContainsKey(row.Round)).Select(row => ratio(row, floors[row.Round])));
    });

    private CellRows? At(Cell cell) => _cells.GetValueOrDefault(cell);
}
