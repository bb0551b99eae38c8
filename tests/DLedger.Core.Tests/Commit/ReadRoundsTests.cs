using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Commit;

/// <summary>Which read joins which round.</summary>
public sealed class ReadRoundsTests
{
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    private readonly ReadRounds<string> _rounds = new();

    [Fact]
    public void Safety_18_no_round_starts_before_a_batch_of_this_term_is_committed()
    {
        _rounds.Add("one", Late);
        Assert.False(_rounds.TryStart(ownTermCommitted: false, I(5), out _));
        Assert.True(_rounds.TryStart(ownTermCommitted: true, I(5), out _));
    }

    [Fact]
    public void Safety_18_a_read_joins_only_a_round_that_starts_after_it_came()
    {
        _rounds.Add("one", Late);
        _rounds.TryStart(true, I(5), out var first);
        _rounds.Add("two", Late);
        Assert.False(_rounds.TryStart(true, I(6), out _));
        Assert.Equal([("one", I(5))], Confirmed(first));
        Assert.Equal(1, _rounds.Count);
        Assert.True(_rounds.TryStart(true, I(7), out var second));
        Assert.Equal((1, 2), (first, second));
        Assert.Equal([("two", I(7))], Confirmed(second));
        Assert.Equal(0, _rounds.Count);
    }

    [Fact]
    public void Safety_18_the_position_is_that_of_the_start_of_the_round()
    {
        _rounds.Add("one", Late);
        _rounds.TryStart(true, I(5), out var token);
        _rounds.TryStart(true, I(9), out _);
        Assert.Equal([("one", I(5))], Confirmed(token));
    }

    [Fact]
    public void A_round_is_confirmed_once_and_only_by_its_own_token()
    {
        _rounds.Add("one", Late);
        _rounds.TryStart(true, I(5), out var token);
        Assert.Empty(Confirmed(token + 1));
        Assert.Single(Confirmed(token));
        Assert.Empty(Confirmed(token));
    }

    [Fact]
    public void A_round_of_a_leadership_that_is_over_confirms_nothing_later()
    {
        _rounds.Add("one", Late);
        _rounds.TryStart(true, I(5), out var old);
        _rounds.Add("two", Late);
        Assert.Equal(["one", "two"], _rounds.TakeAll());
        _rounds.Add("three", Late);
        _rounds.TryStart(true, I(8), out var token);
        Assert.Empty(Confirmed(old));
        Assert.Equal([("three", I(8))], Confirmed(token));
    }

    [Fact]
    public void A_read_waits_no_longer_than_its_deadline_for_a_round_to_start_or_to_be_confirmed()
    {
        _rounds.Add("running", TimeSpan.FromSeconds(1));
        _rounds.Add("running too", TimeSpan.FromSeconds(2));
        _rounds.TryStart(true, I(5), out var token);
        _rounds.Add("waiting", TimeSpan.FromSeconds(2));
        _rounds.Add("waiting too", TimeSpan.FromSeconds(3));
        Assert.Empty(_rounds.TakeExpired(TimeSpan.FromSeconds(0.9)));
        Assert.Equal(["running"], _rounds.TakeExpired(TimeSpan.FromSeconds(1)));
        Assert.Equal(["running too", "waiting"], _rounds.TakeExpired(TimeSpan.FromSeconds(2)));
        Assert.Empty(Confirmed(token));
        Assert.True(_rounds.TryStart(true, I(6), out token));
        Assert.Equal([("waiting too", I(6))], Confirmed(token));
    }

    [Fact]
    public void Without_reads_there_are_no_rounds() => Assert.False(_rounds.TryStart(true, I(5), out _));

    [Fact]
    public void The_reads_of_a_round_that_is_given_up_join_the_next_one_ahead_of_those_that_came_later()
    {
        _rounds.Add("one", Late);
        _rounds.TryStart(out var lost);
        _rounds.Add("two", Late);
        Assert.True(_rounds.AnyRunning(read => read == "one"));
        Assert.False(_rounds.AnyRunning(read => read == "two"));
        _rounds.Abandon();
        Assert.False(_rounds.IsRunning);
        Assert.Empty(Confirmed(lost));
        Assert.True(_rounds.TryStart(out var token));
        Assert.Empty(Confirmed(lost));
        Assert.Equal(["one", "two"], Confirmed(token).Select(read => read.Read));
    }

    private List<(string Read, LogIndex Position)> Confirmed(long token)
    {
        List<string> reads = [];
        return _rounds.TryConfirm(token, reads, out var position) ? [.. reads.Select(read => (read, position))] : [];
    }
}
