using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests;

/// <summary>The numbers by kind: each is ordered like the number in it, and is shown as that number.</summary>
public sealed class NumbersTests
{
    public static TheoryData<long, long> Pairs => new() { { 3, 4 }, { 4, 4 }, { 4, 3 } };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Numbers_of_one_kind_compare_like_the_numbers_in_them(long left, long right)
    {
        bool[] expected = [left < right, left > right, left <= right, left >= right];
        Assert.Equal(expected, new[] { T(left) < T(right), T(left) > T(right), T(left) <= T(right), T(left) >= T(right) });
        Assert.Equal(expected, new[] { I(left) < I(right), I(left) > I(right), I(left) <= I(right), I(left) >= I(right) });
        Assert.Equal(expected, new[] { E(left) < E(right), E(left) > E(right), E(left) <= E(right), E(left) >= E(right) });
        Assert.Equal(expected, new[] { W(left) < W(right), W(left) > W(right), W(left) <= W(right), W(left) >= W(right) });
        Assert.Equal(expected, new[] { M(left) < M(right), M(left) > M(right), M(left) <= M(right), M(left) >= M(right) });
        int[] signs =
            [M(left).CompareTo(M(right)), T(left).CompareTo(T(right)), I(left).CompareTo(I(right)), E(left).CompareTo(E(right)),
                W(left).CompareTo(W(right))];
        Assert.All(signs, sign => Assert.Equal(left.CompareTo(right), sign));
    }

    [Fact]
    public void Numbers_are_shown_as_they_are()
    {
        Assert.Equal(
            ["7", "-8", "9", "10", "11 us"], new[] { T(7).ToString(), I(-8).ToString(), E(9).ToString(), W(10).ToString(), M(11).ToString() });
        Assert.Equal("(3, term 2)", At(3, 2).ToString());
        Assert.Equal("(3, term 2, next entry 9)", new Tail(I(3), T(2), E(9)).ToString());
    }

    [Fact]
    public void The_next_and_the_previous_are_one_away()
    {
        Assert.Equal((T(8), I(8), I(6), E(12)), (T(7).Next, I(7).Next, I(7).Previous, E(7).Plus(5)));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void The_lower_and_the_higher_of_two_log_indexes(long left, long right)
    {
        Assert.Equal((I(Math.Min(left, right)), I(Math.Max(left, right))), (LogIndex.Min(I(left), I(right)), LogIndex.Max(I(left), I(right))));
    }

    [Theory]
    [InlineData(5, 2, 5, 2, true)]
    [InlineData(6, 2, 5, 2, true)]
    [InlineData(4, 2, 5, 2, false)]
    [InlineData(1, 3, 5, 2, true)]
    [InlineData(9, 1, 5, 2, false)]
    public void Raft_5_4_1_the_later_term_is_more_up_to_date_and_in_one_term_the_longer_log(
        long index, long term, long otherIndex, long otherTerm, bool isAtLeast) =>
        Assert.Equal(isAtLeast, At(index, term).IsAtLeastAsUpToDateAs(At(otherIndex, otherTerm)));

    [Fact]
    public void An_empty_log_stands_before_the_first_batch_and_the_first_entry()
    {
        Assert.Equal((0L, 0L, 0L), (Tail.Empty.Index.Value, Tail.Empty.Term.Value, Tail.Empty.NextEntry.Value));
        Assert.Equal(LogPoint.Origin, Tail.Empty.Point);
    }

    private static EntryIndex E(long value) => new(value);

    [Theory]
    [MemberData(nameof(Pairs))]
    public void The_later_of_two_log_times(long left, long right) => Assert.Equal(M(Math.Max(left, right)), LogTime.Later(M(left), M(right)));

    [Fact]
    public void A_tail_of_another_log_time_is_another_tail() => Assert.NotEqual(Tail.Empty, Tail.Empty with { Time = M(1) });

    private static LogTime M(long value) => new(value);

    private static WalAddress W(long value) => new(value);
}
