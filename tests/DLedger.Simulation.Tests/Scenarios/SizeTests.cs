using System.Globalization;

namespace DLedger.Simulation.Tests;

/// <summary>
/// Entries and batches at the limits of their sizes, all the way: a leader, the wire, a follower that keeps up, one that comes back.
/// </summary>
public sealed class SizeTests
{
    private const int BatchBytesMax = 64 << 10;
    private const int MaxEntrySize = 1 << 20;

    /// <summary>What each entry of a batch takes for its length.</summary>
    private const int LengthBytes = 4;

    private readonly Scenario _run = new(3);
    private int _bodies;

    [Fact]
    public void Peers_16_entries_and_requests_at_every_limit_reach_everybody_and_those_above_are_refused()
    {
        _run.StartLedBy("n0");
        _run.PowerFails("n2");
        foreach (
            var size in new[] { 16, BatchBytesMax - 5, BatchBytesMax - 4, BatchBytesMax - 3, BatchBytesMax, BatchBytesMax + 1, MaxEntrySize - 1,
                MaxEntrySize })
            _run.Committed(_run.Ask(new Append(Body(size)), "n0"));
        _run.Committed(_run.Ask(new AppendMany([Body(BatchBytesMax - 16 - (2 * LengthBytes)), Body(16)]), "n0"));
        _run.Committed(_run.Ask(new AppendMany(Bodies(BatchBytesMax / 1024, 1024 - LengthBytes)), "n0"));
        Refused(new Append(Body(MaxEntrySize + 1)));
        Refused(new AppendMany([Body(BatchBytesMax - 16 - (2 * LengthBytes)), Body(17)]));
        Refused(new AppendMany(Bodies((BatchBytesMax / 1024) + 1, 1024 - LengthBytes)));

        _run.Restart("n2");
        _run.Until("n2 is there and has all", () => _run.Cluster.IsStarted("n2") && _run.Ids.All(id => _run.TailOf(id) == _run.TailOf("n0")));
        _run.Let(1);
        foreach (var id in _run.Ids) ReadAll(id);
        Assert.Equal((1, "n0"), (_run.Cluster.Safety.LeadersSeen, _run.Leader));
        _run.EndsWell();
    }

    private void Refused(object append) =>
        Assert.Equal(RejectReason.TooLarge, Assert.IsType<AppendResult.Rejected>(_run.Answer(_run.Ask(append, "n0"))).Reason);

    /// <summary>What is read is compared with what was appended by whoever watches the clients.</summary>
    private void ReadAll(string id)
    {
        var end = _run.Cluster.Safety.Committed.NextEntry.Value;
        for (long from = 0; from < end;)
        {
            var read = _run.Ask(new Read(from, 10_000, MaxEntrySize, ReadMode.Local), id);
            from += Assert.IsType<ReadResult.Entries>(_run.Answer(read)).Items.Count;
        }
    }

    private ReadOnlyMemory<byte>[] Bodies(int count, int size) => [.. Enumerable.Range(0, count).Select(_ => Body(size))];

    /// <summary>A body of this size, which begins with a number of its own.</summary>
    private ReadOnlyMemory<byte> Body(int size)
    {
        var number = (_bodies++).ToString(CultureInfo.InvariantCulture);
        var body = _run.Cluster.Safety.Clients.NewBody(new string('x', size - number.Length - 1));
        Assert.Equal(size, body.Length);
        return body;
    }
}
