namespace DLedger.Simulation.Tests;

/// <summary>Entries and batches at the limits of their sizes, all the way: a leader, the wire, a follower that keeps up, one that comes back.</summary>
public sealed class SizeTests
{
    private const int BatchBytesMax = 64 << 10;
    private const int MaxEntrySize = 1 << 20;

    [Fact]
    public void Peers_16_entries_and_requests_at_every_limit_reach_everybody_and_those_above_are_refused()
    {
        var run = new Scenario(3);
        run.StartLedBy("n0");
        run.PowerFails("n2");
        List<byte[]> expected = [];

        // Each entry of a batch takes four bytes for its length.
        foreach (var size in new[] { 0, 1, BatchBytesMax - 5, BatchBytesMax - 4, BatchBytesMax - 3, BatchBytesMax, BatchBytesMax + 1, MaxEntrySize - 1, MaxEntrySize })
            expected.Add(Taken(run, new Append(BodyOf(size, expected.Count)))[0]);
        expected.AddRange(Taken(run, new AppendMany([BodyOf(BatchBytesMax - 9, 20), BodyOf(1, 21)])));
        expected.AddRange(Taken(run, new AppendMany([.. Enumerable.Range(0, BatchBytesMax / 4).Select(_ => ReadOnlyMemory<byte>.Empty)])));
        Refused(run, new Append(BodyOf(MaxEntrySize + 1, 0)));
        Refused(run, new AppendMany([BodyOf(BatchBytesMax - 9, 0), BodyOf(2, 0)]));
        Refused(run, new AppendMany([.. Enumerable.Range(0, (BatchBytesMax / 4) + 1).Select(_ => ReadOnlyMemory<byte>.Empty)]));

        run.Restart("n2");
        run.Until("n2 is there and has all", () => run.Cluster.IsStarted("n2") && run.Ids.All(id => run.TailOf(id) == run.TailOf("n0")));
        run.Let(1);
        foreach (var id in run.Ids) Assert.Equal(expected, ReadAll(run, id, expected.Count));
        Assert.Equal((1, "n0"), (run.Cluster.Safety.LeadersSeen, run.Leader));
    }

    private static List<byte[]> Taken(Scenario run, object append)
    {
        var answer = run.AskAside(append, "n0");
        run.Until("it is answered", () => answer() is not null);
        Assert.IsType<AppendResult.Committed>(answer());
        return append is Append one ? [one.Body.ToArray()] : [.. ((AppendMany)append).Bodies.Select(body => body.ToArray())];
    }

    private static void Refused(Scenario run, object append)
    {
        var answer = run.AskAside(append, "n0");
        run.Until("it is answered", () => answer() is not null);
        Assert.Equal(RejectReason.TooLarge, Assert.IsType<AppendResult.Rejected>(answer()).Reason);
    }

    private static List<byte[]> ReadAll(Scenario run, string id, int count)
    {
        List<byte[]> bodies = [];
        while (bodies.Count < count)
        {
            var answer = run.AskAside(new Read(bodies.Count, count, MaxEntrySize, ReadMode.Local), id);
            run.Until("the read is answered", () => answer() is not null);
            bodies.AddRange(Assert.IsType<ReadResult.Entries>(answer()).Items.Select(entry => entry.Body.ToArray()));
        }

        return bodies;
    }

    private static ReadOnlyMemory<byte> BodyOf(int size, int seed)
    {
        var body = new byte[size];
        new WorldRandom((ulong)seed + 1).NextBytes(body);
        return body;
    }
}
