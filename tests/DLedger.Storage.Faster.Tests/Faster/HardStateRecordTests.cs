using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests;

/// <summary>What is saved can be read, and nothing else.</summary>
public sealed class HardStateRecordTests
{
    private static readonly Guid Store = Guid.NewGuid();

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(1L << 60)]
    public void A_list_of_founders_comes_back_whoever_of_them_was_met(long term)
    {
        var state = new HardState(
            new Term(term), "n1", [new KnownPeer("n1", Store, true), new KnownPeer("x", Store, false)], ["n0", "n1", "n2"],
            new LogPoint(new LogIndex(9), new Term(term)));
        var back = Decoded(HardStateRecord.Encode(state));
        Assert.Equal(state.Founders, back.Founders);
        Assert.Equal(state.Peers, back.Peers);
        Assert.Equal((state.Term, state.VotedFor, state.Floor), (back.Term, back.VotedFor, back.Floor));
    }

    [Fact]
    public void A_folder_that_was_never_founded_has_no_list()
    {
        var state = new HardState(new Term(3), "n1", [new KnownPeer("n1", Store, true)]);
        var back = Decoded(HardStateRecord.Encode(state));
        Assert.Null(back.Founders);
        Assert.Equal((state.Term, state.VotedFor), (back.Term, back.VotedFor));
        Assert.Equal(state.Peers, back.Peers);
        Assert.Same(HardState.Initial, Decoded(HardStateRecord.Encode(HardState.Initial)));
    }

    [Fact]
    public void A_term_that_could_not_be_read_is_never_saved()
    {
        var tooFar = new HardState(new Term(Term.Max.Value + 1), null, []);
        Assert.Throws<InvariantBrokenException>(() => HardStateRecord.Encode(tooFar));
        Assert.NotNull(ProblemOf((ref RecordWriter writer) => Record(ref writer, term: tooFar.Term.Value)));
    }

    [Fact]
    public void What_does_not_hold_together_is_refused()
    {
        Assert.Null(ProblemOf((ref RecordWriter writer) => Record(ref writer)));
        Writing[] wrong =
        [
            (ref RecordWriter writer) => Record(ref writer, version: 2),
            (ref RecordWriter writer) => Record(ref writer, term: -1),
            (ref RecordWriter writer) => Record(ref writer, peers: [""]),
            (ref RecordWriter writer) => Record(ref writer, flags: 4),
            (ref RecordWriter writer) => Record(ref writer, hasFounders: false), // founders without a list
            (ref RecordWriter writer) => Record(ref writer, peers: ["n2", "n1"]),
            (ref RecordWriter writer) => Record(ref writer, peers: ["n1", "n1"]),
            (ref RecordWriter writer) => Record(ref writer, flags: 1, founders: []), // nobody founded it
            (ref RecordWriter writer) => Record(ref writer, founders: ["n0", "n0"]),
            (ref RecordWriter writer) => Record(ref writer, founders: ["n1"]),
            (ref RecordWriter writer) => Record(ref writer, founders: [""]),
            (ref RecordWriter writer) => Record(ref writer, floor: -1),
            (ref RecordWriter writer) => { Record(ref writer); writer.U8(0); },
        ];
        foreach (var record in wrong) Assert.NotNull(ProblemOf(record));
    }

    [Fact]
    public void The_largest_list_of_members_that_is_let_in_has_room_twice()
    {
        foreach (var idChars in new[] { 2, 64 })
        {
            var peers = Largest('a', idChars);
            var before = Largest('b', idChars);
            KnownPeer[] known = [.. peers.Select(id => new KnownPeer(id, Store, true))];
            var state = new HardState(Term.Max, peers[0], known, before, new LogPoint(new LogIndex(long.MaxValue / 2), Term.Max));
            var encoded = HardStateRecord.Encode(state);
            Assert.True(encoded.Length <= SlotFile.PayloadBytesMax(HardStateRecord.SlotBytes), $"{encoded.Length} bytes");
            Assert.Equal(before, Decoded(encoded).Founders);
        }

        // As many as a set of members can have.
        static string[] Largest(char first, int idChars)
        {
            var ids = new List<string>();
            while (true)
            {
                ids.Add(idChars == 2
                    ? $"{(char)(first + 2 + (ids.Count / 40))}{(char)('0' + (ids.Count % 40))}"
                    : $"{first}{ids.Count:000}{new string('x', idChars - 4)}");
                if (Membership.Of(ids).Encode().Length > Membership.EncodedBytesMax) return [.. ids[..^1].Order(StringComparer.Ordinal)];
            }
        }
    }

    private delegate void Writing(ref RecordWriter writer);

    private static HardState Decoded(byte[] encoded)
    {
        var reader = new RecordReader(encoded);
        var state = HardStateRecord.Read(ref reader);
        reader.End();
        Assert.Null(reader.Problem);
        return state;
    }

    private static string? ProblemOf(Writing write)
    {
        var reader = new RecordReader(RecordWriter.ToArray(write, static (ref RecordWriter writer, Writing write) => write(ref writer)));
        HardStateRecord.Read(ref reader);
        reader.End();
        return reader.Problem;
    }

    private static void Record(
        ref RecordWriter writer, byte version = 1, long term = 1, string[]? peers = null, byte flags = 3, bool hasFounders = true,
        string[]? founders = null, long floor = 0)
    {
        peers ??= ["n1"];
        founders ??= ["n0"];
        writer.U8(version);
        writer.I64(term);
        writer.Name("n1");
        writer.Count(peers.Length);
        foreach (var id in peers)
        {
            writer.Name(id);
            writer.Id(Store);
            writer.U8(flags);
        }

        writer.Bool(hasFounders);
        writer.Count(founders.Length);
        foreach (var id in founders) writer.Name(id);
        writer.I64(floor);
        writer.I64(0);
    }
}
