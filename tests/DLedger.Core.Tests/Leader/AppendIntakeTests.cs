using CsCheck;
using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Append;

/// <summary>What a leader accepts, how it packs it, and what is outstanding.</summary>
public sealed class AppendIntakeTests
{
    private const int MaxEntry = 1_000;
    private const int BatchMax = 200;
    private const int EntriesMax = 8;
    private const long BytesMax = 500;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly AppendIntake<string> _intake = new(new IntakeSettings(MaxEntry, BatchMax, EntriesMax, BytesMax));

    [Fact]
    public void Safety_16_beyond_the_bounds_of_entries_and_bytes_it_is_busy()
    {
        for (var i = 0; i < EntriesMax; i++) Accept(1);
        Assert.Equal(AppendVerdict.TooMuchOutstanding, _intake.JudgeCapacity(0, 1, long.MaxValue));
        Close(1);
        Assert.Equal(AppendVerdict.TooMuchOutstanding, _intake.JudgeCapacity(0, 1, long.MaxValue));
        _intake.Committed(I(1));
        Assert.Equal(AppendVerdict.Accepted, _intake.JudgeCapacity(0, 1, long.MaxValue));
        Accept(400);
        Assert.Equal(AppendVerdict.TooMuchOutstanding, _intake.JudgeCapacity(101, 1, long.MaxValue));
        Assert.Equal(AppendVerdict.Accepted, _intake.JudgeCapacity(100, 1, long.MaxValue));
    }

    [Fact]
    public void Safety_16_the_last_entry_within_the_bound_is_taken()
    {
        for (var i = 0; i < EntriesMax - 1; i++) Accept(1);
        Assert.Equal(AppendVerdict.Accepted, _intake.JudgeCapacity(0, 1, long.MaxValue));
        Assert.Equal(AppendVerdict.TooMuchOutstanding, _intake.JudgeCapacity(0, 2, long.MaxValue));
    }

    [Fact]
    public void Safety_16_an_entry_of_the_largest_size_passes_when_nothing_is_outstanding() =>
        Assert.Equal(AppendVerdict.Accepted, _intake.JudgeCapacity(MaxEntry, 1, long.MaxValue));

    [Fact]
    public void Safety_16_only_what_fits_into_space_already_allocated_is_accepted()
    {
        var needed = Batch.EncodedBytes(100, 1);
        Assert.Equal(AppendVerdict.Accepted, _intake.JudgeCapacity(100, 1, needed));
        Assert.Equal(AppendVerdict.DiskFull, _intake.JudgeCapacity(100, 1, needed - 1));
        Accept(50);
        Assert.Equal(AppendVerdict.DiskFull, _intake.JudgeCapacity(100, 1, needed));
    }

    [Fact]
    public void Safety_16_only_clients_whose_entries_are_in_no_batch_are_rejected()
    {
        Accept(1, "in the log");
        Close(1);
        Accept(1, "collected");
        Assert.Equal(["collected"], _intake.TakeUnbatched().Select(it => it.Client));
        Assert.Empty(_intake.TakeUnbatched());
        Assert.False(_intake.HasCollected);
    }

    [Fact]
    public void Safety_16_what_was_rejected_is_no_longer_outstanding()
    {
        Accept(10);
        Close(1);
        Accept(20);
        _intake.TakeUnbatched();
        Assert.Equal((1, 10), (_intake.EntriesOutstanding, _intake.BytesOutstanding));
    }

    [Fact]
    public void A_stream_whose_request_was_rejected_after_all_does_not_go_on_behind_the_gap()
    {
        var stream = new Guid(1, 0, 0, new byte[8]);
        _intake.AdvanceStream(stream, 4);
        Accept(1);
        _intake.TakeUnbatched();
        Assert.False(_intake.IsNextOf(stream, 5, start: false));
        Assert.True(_intake.IsNextOf(stream, 4, start: true));
    }

    [Fact]
    public void A_stream_whose_requests_are_all_in_the_log_goes_on_when_nothing_is_left_to_reject()
    {
        _intake.AdvanceStream(Stream(1), 4);
        Accept(1);
        Close(1);
        Assert.Empty(_intake.TakeUnbatched());
        Assert.True(_intake.IsNextOf(Stream(1), 5, start: false));
    }

    [Fact]
    public void A_long_stream_takes_no_other_streams_place()
    {
        _intake.AdvanceStream(Stream(1), 0);
        for (var i = 0; i < 5_000; i++) _intake.AdvanceStream(Stream(2), i);
        Assert.True(_intake.IsNextOf(Stream(1), 1, start: false));
        Assert.True(_intake.IsNextOf(Stream(2), 5_000, start: false));
    }

    [Fact]
    public void A_rejection_makes_room_for_as_many_streams_as_at_the_beginning()
    {
        for (var i = 0; i < 4096; i++) _intake.AdvanceStream(Stream(i), 0);
        Accept(1);
        _intake.TakeUnbatched();
        _intake.AdvanceStream(Stream(5), 0);
        for (var i = 0; i < 5; i++) _intake.AdvanceStream(Stream(i), 0);
        Assert.True(_intake.IsNextOf(Stream(5), 1, start: false));
    }

    [Fact]
    public void A_stream_goes_on_only_in_order()
    {
        var stream = new Guid(1, 0, 0, new byte[8]);
        Assert.False(_intake.IsNextOf(stream, 0, start: false));
        Assert.True(_intake.IsNextOf(stream, 7, start: true));
        _intake.AdvanceStream(stream, 7);
        Assert.False(_intake.IsNextOf(stream, 7, start: false));
        Assert.True(_intake.IsNextOf(stream, 8, start: false));
        Assert.False(_intake.IsNextOf(stream, 9, start: false));
    }

    [Fact]
    public void Streams_are_remembered_up_to_a_bound_and_the_oldest_is_forgotten()
    {
        for (var i = 0; i <= 4096; i++) _intake.AdvanceStream(new Guid(i, 0, 0, new byte[8]), 0);
        Assert.False(_intake.IsNextOf(new Guid(0, 0, 0, new byte[8]), 1, start: false));
        Assert.True(_intake.IsNextOf(new Guid(1, 0, 0, new byte[8]), 1, start: false));
        Assert.True(_intake.IsNextOf(new Guid(4096, 0, 0, new byte[8]), 1, start: false));
    }

    [Fact]
    public void Safety_17_the_limits_count_the_lengths_too_so_that_entries_of_no_bytes_fill_a_batch()
    {
        Assert.Equal(AppendVerdict.Accepted, Judge(Enumerable.Repeat(0, BatchMax / 4)));
        Assert.Equal(AppendVerdict.RequestTooLarge, Judge(Enumerable.Repeat(0, (BatchMax / 4) + 1)));
        for (var i = 0; i < BatchMax / 4; i++)
        {
            Assert.False(_intake.IsFull);
            Assert.False(_intake.NeedsNewBatch(0, 1));
            Accept(0);
        }

        Assert.True(_intake.IsFull);
        Assert.True(_intake.NeedsNewBatch(0, 1));
    }

    [Fact]
    public void Safety_17_what_cannot_be_framed_is_refused_by_its_size()
    {
        Assert.Equal(AppendVerdict.NoEntries, Judge([]));
        Assert.Equal(AppendVerdict.Accepted, Judge([MaxEntry]));
        Assert.Equal(AppendVerdict.EntryTooLarge, Judge([MaxEntry + 1]));
        Assert.Equal(AppendVerdict.RequestTooLarge, Judge([BatchMax - 8, 1]));
        Assert.Equal(AppendVerdict.Accepted, Judge([BatchMax - 8, 0]));
    }

    [Fact]
    public void Safety_17_a_batch_is_filled_to_its_last_byte()
    {
        Assert.False(_intake.NeedsNewBatch(MaxEntry, 1));
        Accept(100);
        Assert.False(_intake.NeedsNewBatch(BatchMax - 108, 1));
        Assert.True(_intake.NeedsNewBatch(BatchMax - 107, 1));
        Assert.False(_intake.IsFull);
        Accept(BatchMax - 109);
        Assert.False(_intake.IsFull);
        _intake.TakeUnbatched();
        Accept(BatchMax - 4);
        Assert.True(_intake.IsFull);
        Assert.Equal(Batch.EncodedBytes(BatchMax - 4, 1), _intake.CollectedBytes);
    }

    [Fact]
    public void Each_client_comes_back_with_its_number_of_entries_and_its_deadline()
    {
        _intake.Accept("one", Body(1), Deadline);
        _intake.Accept("two", [Body(2), Body(3)], 5, Deadline * 2);
        Assert.Equal((3, 6), (_intake.EntriesOutstanding, _intake.BytesOutstanding));
        Assert.Equal([new("one", 1, Deadline), new("two", 2, Deadline * 2)], _intake.Closed(I(1)));
        Assert.Equal((3, 6), (_intake.EntriesOutstanding, _intake.BytesOutstanding));
        _intake.Accept("three", Body(4), Deadline);
        Assert.Equal([new("three", 1, Deadline)], _intake.Closed(I(2)));
        _intake.Committed(I(1));
        Assert.Equal((1, 4), (_intake.EntriesOutstanding, _intake.BytesOutstanding));
    }

    [Fact]
    public void A_batch_holds_the_entries_in_order_and_stays_collected_until_the_log_has_taken_it()
    {
        _intake.Accept("one", new byte[] { 1 }, Deadline);
        _intake.Accept("two", [new byte[] { 2 }, new byte[] { 3 }], 2, Deadline);
        var first = _intake.Encode(Tail.Empty, T(1));
        var again = _intake.Encode(Tail.Empty, T(1));
        Assert.Equal(first.Encoded.ToArray(), again.Encoded.ToArray());
        List<byte> bodies = [];
        foreach (var body in first.Bodies) bodies.Add(body.Span[0]);
        Assert.Equal([1, 2, 3], bodies);
        Assert.Equal([("one", 1), ("two", 2)], _intake.Closed(first.Index).Select(it => (it.Client, it.Count)));
        Assert.False(_intake.HasCollected);
        Assert.Equal(0, _intake.CollectedBytes);
    }

    [Fact]
    public void Bounds_are_never_exceeded_and_counts_return_to_zero()
    {
        // Each step: a request of some entries of some size, or a commit of some of the batches, or a rejection of what was collected.
        var step = Gen.Select(Gen.Int[0, 9], Gen.Int[1, 5], Gen.Int[0, 150]);
        step.Array[0, 80].Sample(
            steps =>
            {
                var intake = new AppendIntake<int>(new IntakeSettings(MaxEntry, BatchMax, EntriesMax, BytesMax));
                var tail = Tail.Empty;
                var answered = 0;
                var accepted = 0;
                void CloseBatch()
                {
                    if (!intake.HasCollected) return;
                    var batch = intake.Encode(tail, T(1));
                    Assert.True(batch.Encoded.Length - Batch.HeaderBytes <= BatchMax || batch.Count == 1);
                    tail = batch.Tail;
                    answered += intake.Closed(batch.Index).Count;
                }

                foreach (var (kind, count, size) in steps)
                {
                    if (kind == 9) answered += intake.TakeUnbatched().Count;
                    else if (kind == 8) intake.Committed(tail.Index);
                    else if (kind == 7) CloseBatch();
                    else
                    {
                        ReadOnlyMemory<byte>[] bodies = [.. Enumerable.Repeat((ReadOnlyMemory<byte>)new byte[size], count)];
                        var bytes = (long)size * count;
                        if (intake.JudgeSize(bodies, out _) != AppendVerdict.Accepted
                            || intake.JudgeCapacity(bytes, count, 100_000) != AppendVerdict.Accepted)
                            continue;
                        if (intake.NeedsNewBatch(bytes, count)) CloseBatch();
                        intake.Accept(accepted++, bodies, bytes, Deadline);
                    }

                    Assert.InRange(intake.EntriesOutstanding, 0, EntriesMax);
                    Assert.InRange(intake.BytesOutstanding, 0, BytesMax);
                }

                CloseBatch();
                intake.Committed(tail.Index);
                Assert.Equal((0L, 0L), (intake.EntriesOutstanding, intake.BytesOutstanding));
                Assert.Equal(accepted, answered);
            },
            iter: 5_000);
    }

    private static Guid Stream(int number) => new(number, 0, 0, new byte[8]);

    private static ReadOnlyMemory<byte> Body(int bytes) => new byte[bytes];

    private AppendVerdict Judge(IEnumerable<int> sizes) => _intake.JudgeSize([.. sizes.Select(Body)], out _);

    private void Accept(int bytes, string client = "client") => _intake.Accept(client, Body(bytes), Deadline);

    private void Close(long batch) => _intake.Closed(I(batch));
}
