using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Apply;

/// <summary>How members find out that their machines are not alike.</summary>
public sealed class DigestTests
{
    private static readonly Membership Three = Membership.Of(["n0", "n1", "n2"]);
    private static readonly DigestMark Mark = new(I(9), new EntryIndex(100), new ResultDigest(1));
    private static readonly ResultDigest Other = new(2);

    [Fact]
    public void Safety_56_one_that_differs_from_a_quorum_is_named()
    {
        var tally = new DigestTally(Three, "n0", Mark);
        Assert.Null(tally.OfQuorum);
        tally.Told("n2", Other);
        Assert.True(tally.IsDisputed);
        Assert.Null(tally.OfQuorum);
        Assert.Empty(tally.Dissenters());
        tally.Told("n1", Mark.Digest);
        Assert.Equal(Mark.Digest, tally.OfQuorum);
        Assert.Equal(["n2"], tally.Dissenters());
    }

    [Fact]
    public void Safety_56_a_leader_that_differs_from_a_quorum_names_itself()
    {
        var tally = new DigestTally(Three, "n0", Mark);
        tally.Told("n1", Other);
        tally.Told("n2", Other);
        Assert.Equal(Other, tally.OfQuorum);
        Assert.Equal(["n0"], tally.Dissenters());
    }

    [Fact]
    public void Safety_56_where_all_differ_nobody_is_wrong()
    {
        var tally = new DigestTally(Three, "n0", Mark);
        tally.Told("n1", Other);
        tally.Told("n2", new ResultDigest(3));
        Assert.True(tally.IsDisputed);
        Assert.Empty(tally.Dissenters());
    }

    [Fact]
    public void Safety_56_who_is_no_member_does_not_count()
    {
        var tally = new DigestTally(Three, "n0", Mark);
        tally.Told("x", Other);
        tally.Told("y", Other);
        Assert.False(tally.IsDisputed);
        Assert.Null(tally.OfQuorum);
    }

    [Fact]
    public void A_member_remembers_its_newest_marks_and_up_to_where_all_was_equal()
    {
        var marks = new DigestMarks();
        for (var i = 1; i <= DigestMarks.KeptMax + 1; i++) marks.Add(new DigestMark(I(i), new EntryIndex(10 * i), new ResultDigest((ulong)i)));
        Assert.Null(marks.At(I(1)));
        var second = marks.At(I(2))!.Value;
        Assert.True(marks.Compare(second, second.Digest));
        Assert.Equal(new EntryIndex(20), marks.EqualBefore);
        Assert.False(marks.Compare(marks.At(I(3))!.Value, Other));
        Assert.Equal(new EntryIndex(20), marks.EqualBefore);
    }
}
