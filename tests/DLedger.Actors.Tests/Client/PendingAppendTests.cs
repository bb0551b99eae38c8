using DLedger.Client;
using Xunit;

namespace DLedger.Actors.Tests.Client;

/// <summary>What stands apart, because most appends do not need it, is there for those that do.</summary>
public sealed class PendingAppendTests
{
    private static readonly byte[] s_bytes = [1, 2, 3, 4, 5];
    private static readonly AppendResult.Rejected s_busy = new(RejectReason.Busy);

    [Theory]
    [InlineData(0, 5)]
    [InlineData(1, 3)]
    [InlineData(0, 4)]
    [InlineData(5, 0)]
    public void A_body_is_what_was_given_also_if_it_is_a_part_of_an_array_and_after_a_refusal(int start, int length)
    {
        var body = s_bytes.AsMemory(start, length);
        var append = new PendingAppend(body);
        Assert.True(append.Body.Span.SequenceEqual(body.Span));
        Assert.Equal((1, 4 + length, null), (append.Count, append.WireBytes, append.LastRefusal));
        append.LastRefusal = s_busy;
        Assert.True(append.Body.Span.SequenceEqual(body.Span));
        Assert.Equal((1, 4 + length, s_busy), (append.Count, append.WireBytes, append.LastRefusal));
    }

    [Fact]
    public void Several_bodies_stay_together_and_a_pack_with_some_of_them_holds_all_in_order()
    {
        var several = new PendingAppend([s_bytes.AsMemory(0, 1), s_bytes.AsMemory(1, 2)]);
        Assert.Equal((2, 4 + 1 + 4 + 2), (several.Count, several.WireBytes));
        several.LastRefusal = s_busy;
        Assert.Equal(2, several.Count);
        var bodies = PackedBodies.Of([new PendingAppend(s_bytes), several, new PendingAppend(s_bytes.AsMemory(4))], oneEach: false);
        Assert.Equal([5, 1, 2, 1], bodies.Select(body => body.Length));
    }

    [Fact]
    public void A_pack_of_single_bodies_is_the_same_by_place_and_in_turn()
    {
        var bodies = PackedBodies.Of([new PendingAppend(s_bytes), new PendingAppend(s_bytes.AsMemory(2))], oneEach: true);
        Assert.Equal(2, bodies.Count);
        Assert.Equal([bodies[0], bodies[1]], bodies);
        Assert.Equal([5, 3], bodies.Select(body => body.Length));
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_for_room_and_for_the_result_and_a_finished_one_stays_what_it_was()
    {
        using var cancellation = new CancellationTokenSource();
        var cancelled = new PendingAppend(s_bytes) { Accepted = new TaskCompletionSource<Task<AppendResult>>() };
        cancelled.CancelWith(cancellation.Token);
        var finished = new PendingAppend(s_bytes);
        finished.CancelWith(cancellation.Token);
        finished.Finish(s_busy);
        await cancellation.CancelAsync();
        Assert.True(cancelled.IsOver);
        cancelled.Finish(s_busy);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.Task);
        Assert.True(cancelled.Accepted.Task.IsCanceled);
        Assert.Equal(s_busy, await finished.Task);
    }
}
