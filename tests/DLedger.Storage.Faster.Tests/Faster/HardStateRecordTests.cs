using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests;

/// <summary>What is saved can be read, what was saved before lists of founders can be, too, and nothing else.</summary>
public sealed class HardStateRecordTests
{
    private static readonly Guid Store = Guid.NewGuid();

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(1L << 60)]
    public void A_list_of_founders_comes_back_whoever_of_them_was_met(long term)
    {
        var state = new HardState(new Term(term), "n1", [new KnownPeer("n1", Store, true), new KnownPeer("x", Store, false)], ["n0", "n1", "n2"], new LogPoint(new LogIndex(9), new Term(term)));
        var back = HardStateRecord.Decode(HardStateRecord.Encode(state));
        Assert.Equal(state.Founders, back.Founders);
        Assert.Equal(state.Peers, back.Peers);
        Assert.Equal((state.Term, state.VotedFor, state.Floor), (back.Term, back.VotedFor, back.Floor));
    }

    [Fact]
    public void A_record_of_before_has_no_list()
    {
        var old = new RecordWriter().Int64(3).Text("n1").Int64(1).Text("n1").Id(Store).Int64(1).ToArray();
        var back = HardStateRecord.Decode(old);
        Assert.Null(back.Founders);
        Assert.Equal([new KnownPeer("n1", Store, true)], back.Peers);
        Assert.Equal(old, HardStateRecord.Encode(back));
        Assert.Same(HardState.Initial, HardStateRecord.Decode(HardStateRecord.Encode(HardState.Initial)));
    }

    [Fact]
    public void A_term_that_could_not_be_read_is_never_saved()
    {
        var tooFar = new HardState(new Term((1L << 60) + 1), null, []);
        Assert.Throws<InvariantBrokenException>(() => HardStateRecord.Encode(tooFar));
        Assert.Throws<InvalidDataException>(() => HardStateRecord.Decode(new RecordWriter().Int64(tooFar.Term.Value).Text(null).Int64(0).ToArray()));
    }

    [Fact]
    public void What_does_not_hold_together_is_refused()
    {
        byte[][] records =
        [
            Head(-1, 0).ToArray(),
            Head(1, -1).ToArray(),
            Head(1, long.MaxValue).ToArray(),
            Peer(Head(1, 1), null, 1).ToArray(),
            Peer(Head(1, 1), "", 1).ToArray(),
            Peer(Head(1, 1), "n1", 4).ToArray(),
            Peer(Head(1, 1), "n1", 3).ToArray(), // a founder without a list
            Peer(Peer(Head(1, 2), "n2", 1), "n1", 1).ToArray(),
            Peer(Peer(Head(1, 2), "n1", 1), "n1", 1).ToArray(),
            Head(1, 0).Int64(2).ToArray(),
            Head(1, 0).Int64(1).Int64(0).Int64(0).Int64(0).ToArray(), // nobody founded it
            Head(1, 0).Int64(1).Int64(2).Text("n0").Text("n0").Int64(0).Int64(0).ToArray(),
            Head(1, 0).Int64(1).Int64(1).Text("n0").Int64(-1).Int64(0).ToArray(),
            Head(1, 0).Int64(1).Int64(1).Text("n0").Int64(0).Int64(0).Int64(0).ToArray(),
        ];
        foreach (var record in records) Assert.Throws<InvalidDataException>(() => HardStateRecord.Decode(record));
    }

    [Fact]
    public void Forty_members_with_the_longest_names_fit_a_slot()
    {
        string[] ids = [.. Enumerable.Range(0, 40).Select(i => $"{i:00}{new string('x', 62)}")];
        var state = new HardState(new Term(1), ids[0], [.. ids[1..].Select(id => new KnownPeer(id, Store, true))], ids);
        Assert.True(HardStateRecord.Encode(state).Length <= SlotFile.PayloadBytesMax);
        Assert.Equal(ids, HardStateRecord.Decode(HardStateRecord.Encode(state)).Founders);
    }

    private static RecordWriter Head(long term, long peers) => new RecordWriter().Int64(term).Text(null).Int64(peers);

    private static RecordWriter Peer(RecordWriter writer, string? id, long flags) => writer.Text(id).Id(Store).Int64(flags);
}
