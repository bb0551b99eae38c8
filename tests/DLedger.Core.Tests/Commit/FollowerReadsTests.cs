using Xunit;

namespace DLedger.Core.Tests.Commit;

/// <summary>What a follower asks its leader for its reads.</summary>
public sealed class FollowerReadsTests
{
    private const long Life = 77;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    private readonly ReadRounds<string> _rounds = new();
    private readonly FollowerReads<string> _reads;

    public FollowerReadsTests() => _reads = new FollowerReads<string>(_rounds, Life, Patience);

    [Fact]
    public void Without_reads_nothing_is_asked() => Assert.False(_reads.TryAsk(TimeSpan.Zero, out _));

    [Fact]
    public void One_question_is_asked_for_all_reads_that_wait_and_the_next_one_once_it_is_answered()
    {
        Add("one", "two");
        Assert.True(_reads.TryAsk(TimeSpan.Zero, out var first));
        Add("three");
        Assert.False(_reads.TryAsk(TimeSpan.Zero, out _));
        Assert.Equal(["one", "two"], Answered(first));
        Assert.True(_reads.TryAsk(TimeSpan.Zero, out var second));
        Assert.Equal(["three"], Answered(second));
    }

    [Fact]
    public void Safety_78_an_answer_to_a_question_of_another_life_or_of_an_earlier_one_serves_nobody()
    {
        Add("one");
        _reads.TryAsk(TimeSpan.Zero, out var token);
        Assert.Empty(Answered(token with { Life = Life + 1 }));
        Assert.Empty(Answered(token with { Number = token.Number - 1 }));
        Assert.Equal(["one"], Answered(token));
        Assert.Empty(Answered(token));
    }

    [Fact]
    public void Safety_78_a_question_that_stays_without_an_answer_is_sent_again_and_any_copy_of_it_may_be_answered()
    {
        Add("one");
        _reads.TryAsk(TimeSpan.Zero, out var token);
        Add("two");
        Assert.False(_reads.TryAsk(Patience - TimeSpan.FromTicks(1), out _));
        Assert.True(_reads.TryAsk(Patience, out var again));
        Assert.Equal(token, again);
        Assert.False(_reads.TryAsk(Patience, out _));

        // An answer that takes longer than that is as good; what came meanwhile is for the next question.
        Assert.Equal(["one"], Answered(token));
        Assert.True(_reads.TryAsk(Patience, out var next));
        Assert.NotEqual(token, next);
        Assert.Empty(Answered(again));
        Assert.Equal(["two"], Answered(next));
    }

    [Fact]
    public void Safety_78_another_leader_is_asked_at_once_and_the_answer_of_the_old_one_is_dropped()
    {
        Add("one");
        _reads.TryAsk(TimeSpan.Zero, out var old);
        _reads.LeaderChanged();
        Assert.True(_reads.TryAsk(TimeSpan.Zero, out var token));
        Assert.Empty(Answered(old));
        Assert.Equal(["one"], Answered(token));
    }

    [Fact]
    public void What_waits_when_this_member_is_elected_joins_a_round_of_its_own()
    {
        Add("one");
        _reads.TryAsk(TimeSpan.Zero, out var token);
        _reads.LeaderChanged();
        Assert.True(_rounds.TryStart(ownTermCommitted: true, new LogIndex(5), out _));
        Assert.Empty(Answered(token));
    }

    private void Add(params string[] reads)
    {
        foreach (var read in reads) _rounds.Add(read, Late);
    }

    private List<string> Answered(ReadToken token)
    {
        List<string> reads = [];
        _reads.TryAnswer(token, reads);
        return reads;
    }
}
