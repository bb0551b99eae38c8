using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Apply;

/// <summary>What a state machine is given, and when.</summary>
public sealed class ApplyCursorTests
{
    private readonly Batch _first = Batch.Control(BatchKind.NoOp, Tail.Empty, T(1));
    private readonly Batch _second;
    private readonly Batch _third;

    public ApplyCursorTests()
    {
        _second = Batch.Entries(_first.Tail, T(1), [new byte[] { 1 }, new byte[] { 2 }]);
        _third = Batch.Entries(_second.Tail, T(2), [new byte[] { 3 }]);
    }

    [Fact]
    public void Safety_51_only_what_is_committed_is_applied_in_order_and_once()
    {
        var cursor = new ApplyCursor(AppliedState.Empty, Tail.Empty);
        Assert.False(cursor.HasMore);
        Assert.False(cursor.MayApply(_first));
        Assert.True(cursor.Committed(I(2)));
        Assert.Equal(I(1), cursor.Next);
        Assert.True(cursor.MayApply(_first));
        cursor.Advance(_first, ResultDigest.None, 1);
        Assert.True(cursor.MayApply(_second));
        cursor.Advance(_second, ResultDigest.None, 1);
        Assert.False(cursor.HasMore);
        Assert.False(cursor.MayApply(_third));
        Assert.Equal(I(2), cursor.Applied);
        Assert.Equal(new EntryIndex(2), cursor.State.Tail.NextEntry);
    }

    [Fact]
    public void Safety_51_the_commit_position_only_grows()
    {
        var cursor = new ApplyCursor(AppliedState.Empty, Tail.Empty);
        Assert.True(cursor.Committed(I(2)));
        Assert.False(cursor.Committed(I(2)));
        Assert.False(cursor.Committed(I(1)));
        Assert.True(cursor.HasMore);
    }

    [Fact]
    public void Safety_52_a_gap_a_repetition_and_another_history_stop_it()
    {
        var cursor = new ApplyCursor(AppliedState.Empty, Tail.Empty);
        cursor.Committed(I(3));
        Assert.Throws<InvariantBrokenException>(() => cursor.MayApply(_second));
        Assert.True(cursor.MayApply(_first));
        cursor.Advance(_first, ResultDigest.None, 1);
        Assert.Throws<InvariantBrokenException>(() => cursor.MayApply(_first));
        var other = Batch.Entries(Batch.Control(BatchKind.NoOp, Tail.Empty, T(2)).Tail, T(2), [new byte[] { 1 }]);
        Assert.Throws<InvariantBrokenException>(() => cursor.MayApply(other));
        Assert.True(cursor.MayApply(_second));
    }

    [Fact]
    public void Safety_53_a_saved_state_goes_on_behind_its_point_and_applies_nothing_twice()
    {
        var saved = new AppliedState(_second.Tail, new ResultDigest(7), 1);
        var cursor = new ApplyCursor(saved, Tail.Empty);
        Assert.Equal(LogIndex.None, cursor.Applied);
        cursor.Committed(I(1));
        Assert.Null(cursor.ToProve);
        Assert.False(cursor.HasMore);
        Assert.Equal(I(1), cursor.Applied);
        cursor.Committed(I(3));
        Assert.Equal(_second.Point, cursor.ToProve);
        cursor.Prove(_second.Point);
        Assert.Null(cursor.ToProve);
        Assert.Equal(I(3), cursor.Next);
        Assert.True(cursor.MayApply(_third));
        Assert.Equal(saved, cursor.State);
    }

    [Fact]
    public void Safety_53_a_saved_state_of_another_history_is_not_gone_on_from()
    {
        var saved = new AppliedState(_second.Tail, ResultDigest.None, 1);
        var cursor = new ApplyCursor(saved, Tail.Empty);
        cursor.Committed(I(2));
        Assert.Throws<InvariantBrokenException>(() => cursor.Prove(new LogPoint(I(2), T(9))));
        Assert.Throws<InvariantBrokenException>(() => cursor.Prove(null));
        Assert.Throws<InvariantBrokenException>(() => new ApplyCursor(saved, _third.Tail));
    }
}
