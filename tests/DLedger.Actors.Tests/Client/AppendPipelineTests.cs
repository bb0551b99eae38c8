using DLedger.Client;
using Xunit;

namespace DLedger.Actors.Tests.Client;

public sealed class AppendPipelineTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private readonly AppendPipeline _pipeline = new(Guid.NewGuid(), window: 4, packBytes: 100, Timeout);
    private readonly List<PendingAppend> _dropped = [];

    [Fact]
    public void What_waits_travels_together_up_to_the_size_of_a_pack()
    {
        Add(5, bodyBytes: 21); // 25 each on the wire: four fill a pack
        var full = Next()!;
        Assert.Equal(4, full.Appends.Count);
        _pipeline.Completed(full);
        Assert.Single(Next()!.Appends);
        Assert.Null(Next());
    }

    [Fact]
    public void Beside_a_request_that_is_under_way_goes_one_that_is_half_as_large_and_a_smaller_one_waits_for_more_or_for_its_end()
    {
        Add(4, bodyBytes: 20); // 24 each on the wire: 96
        var first = Next()!;
        Add(1, bodyBytes: 43);
        Assert.Null(Next());
        Add(1, bodyBytes: 1);
        Assert.Equal(2, Next()!.Appends.Count);
        Add(1);
        _pipeline.Completed(first);
        Assert.Null(Next()); // 5 bytes beside 52
        _pipeline.Completed(_pipeline.UnderWay.First());
        Assert.Single(Next()!.Appends);
    }

    [Fact]
    public void A_small_one_does_not_wait_long_for_an_answer_that_may_be_lost()
    {
        Add(4, bodyBytes: 20);
        Assert.NotNull(Next());
        Add(1);
        Assert.Null(_pipeline.Next(TimeSpan.FromMilliseconds(49), _dropped));
        Assert.Single(_pipeline.Next(TimeSpan.FromMilliseconds(50), _dropped)!.Appends);
    }

    [Fact]
    public void One_append_over_the_pack_travels_alone()
    {
        Add(1, bodyBytes: 10);
        Add(1, bodyBytes: 500);
        Add(1, bodyBytes: 10);
        Assert.Single(Next()!.Appends);
        Assert.Equal(500, Assert.Single(Next()!.Message.Bodies).Length);
    }

    [Fact]
    public void With_two_requests_under_way_only_full_ones_follow_and_never_more_than_the_window()
    {
        Add(1);
        Assert.NotNull(Next());
        Add(1);
        Assert.NotNull(Next());
        Add(1);
        Assert.Null(Next());
        Add(100, bodyBytes: 21);
        Assert.NotNull(Next());
        Assert.NotNull(Next());
        Assert.Null(Next());
    }

    [Fact]
    public void The_first_request_starts_the_stream_and_the_others_follow_without_a_gap()
    {
        var places = Enumerable.Range(0, 2).Select(_ => Send()).Select(request => (request.Message.Stream!.Sequence, request.Message.Stream.Start));
        Assert.Equal([(0, true), (1, false)], places);
    }

    [Fact]
    public void Nothing_is_sent_while_something_before_it_is_incomplete_after_a_refusal()
    {
        var first = Send();
        var second = Send();
        _pipeline.Refused(second);
        Add(1);
        Assert.True(_pipeline.Draining);
        Assert.Null(Next());
        _pipeline.Completed(first);
        Assert.False(_pipeline.Draining);
        Assert.NotNull(Next());
    }

    [Fact]
    public void Refused_appends_go_out_again_in_their_order_before_the_new_ones_with_a_new_start_and_new_numbers()
    {
        var first = Send();
        var second = Send();
        Add(1);
        _pipeline.Refused(second); // answers may come in any order
        _pipeline.Refused(first);
        var again = Next()!;
        Assert.Equal([.. first.Appends, .. second.Appends], again.Appends.Take(2));
        Assert.Equal(3, again.Appends.Count);
        Assert.True(again.Message.Stream!.Start);
        Assert.Equal(2, again.Message.Stream.Sequence);
    }

    [Fact]
    public void What_was_refused_twice_stays_before_what_was_refused_once()
    {
        Add(1, bodyBytes: 90);
        Add(1, bodyBytes: 90);
        Add(1, bodyBytes: 90);
        var first = Next()!;
        var second = Next()!;
        _pipeline.Refused(first);
        _pipeline.Refused(second);
        var firstAgain = Next()!;
        _pipeline.Refused(firstAgain);
        Assert.Equal(first.Appends, Next()!.Appends);
        Assert.Equal(second.Appends, Next()!.Appends);
    }

    [Fact]
    public void A_lost_outcome_is_not_sent_again_and_the_stream_starts_anew_behind_it()
    {
        var lost = Send();
        var behind = Send();
        _pipeline.CompletedAndBroken(lost);
        _pipeline.Refused(behind);
        var again = Next()!;
        Assert.Equal(behind.Appends, again.Appends);
        Assert.True(again.Message.Stream!.Start);
    }

    [Fact]
    public void A_break_with_nothing_under_way_starts_the_stream_anew()
    {
        _pipeline.Completed(Send());
        _pipeline.Break();
        Assert.True(Send().Message.Stream!.Start);
    }

    [Fact]
    public void A_request_that_is_too_large_for_the_group_makes_smaller_ones_from_then_on()
    {
        Add(4, bodyBytes: 21);
        var tooLarge = Next()!;
        _pipeline.PackLess(tooLarge);
        _pipeline.Refused(tooLarge);
        Assert.Equal(2, Next()!.Appends.Count);
    }

    [Fact]
    public void An_append_that_is_too_late_for_an_answer_or_cancelled_is_not_sent()
    {
        Add(1);
        var cancelled = Add(1)[0];
        cancelled.TrySetCanceled();
        _pipeline.TakeExpired(TimeSpan.Zero, _dropped);
        Assert.Empty(_dropped);
        var request = Next()!;
        Assert.Single(request.Appends);
        Assert.Equal([cancelled], _dropped);
        Add(1);
        Assert.Null(_pipeline.Next(Timeout, _dropped));
        Assert.Equal(2, _dropped.Count);
    }

    private PendingAppend[] Add(int count, int bodyBytes = 1)
    {
        var appends = Enumerable.Range(0, count).Select(_ => new PendingAppend(new byte[bodyBytes]) { Deadline = Timeout }).ToArray();
        foreach (var append in appends) _pipeline.Add(append);
        return appends;
    }

    private AppendRequest Send()
    {
        Add(1);
        return Next()!;
    }

    private AppendRequest? Next() => _pipeline.Next(TimeSpan.Zero, _dropped);
}
