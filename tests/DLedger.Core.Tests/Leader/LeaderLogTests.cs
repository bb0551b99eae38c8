using DLedger.Core.Tests.Owner;
using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Leader;

/// <summary>When a leader closes a batch, what it refuses, and who is told.</summary>
public sealed class LeaderLogTests
{
    private readonly OwnerBench _bench = new OwnerBench().Leading(1);

    [Fact]
    public void An_append_asks_once_for_its_batch_to_be_closed_behind_those_that_are_queued()
    {
        Assert.Equal(AppendVerdict.Accepted, _bench.Append("one"));
        Assert.Equal(AppendVerdict.Accepted, _bench.AppendMany("two", 3));
        Assert.Equal(["close later in 1"], _bench.Done());
        _bench.Owner.CloseBatch(T(1), TimeSpan.Zero);
        Assert.Equal(["appended Entries (2, term 1) one:1 two:3", "handed (2, term 1)"], _bench.Done());
        _bench.Owner.CloseBatch(T(1), TimeSpan.Zero);
        Assert.Empty(_bench.Done());
    }

    [Fact]
    public void With_two_batches_on_their_way_to_the_disk_the_next_flush_closes_the_batch()
    {
        CloseOne("one");
        _bench.Append("two");
        Assert.Empty(_bench.Done());
        _bench.Flush();
        Assert.Equal(["own ack of 2 in 1", "appended Entries (3, term 1) two:1", "handed (3, term 1)"], _bench.Done());
    }

    [Fact]
    public void A_batch_that_is_full_is_closed_at_once()
    {
        _bench.Append("one", OwnerBench.BatchBytesMax - Batch.EntryOverheadBytes);
        Assert.Equal(["appended Entries (2, term 1) one:1", "handed (2, term 1)"], _bench.Done());
    }

    [Fact]
    public void Safety_17_a_request_that_does_not_fit_in_closes_the_batch_before_it()
    {
        _bench.Append("one", 150);
        _bench.Append("two", 150);
        Assert.Equal(["close later in 1", "appended Entries (2, term 1) one:1", "handed (2, term 1)"], _bench.Done());
    }

    [Fact]
    public void A_client_waits_from_when_its_append_was_taken()
    {
        _bench.Owner.Append("one", new byte[1], TimeSpan.FromSeconds(3));
        _bench.Owner.CloseBatch(T(1), TimeSpan.Zero);
        Assert.Equal([new("one", 1, TimeSpan.FromSeconds(8))], _bench.Clients);
    }

    [Fact]
    public void Safety_75_batches_carry_the_time_of_the_tail_and_what_has_passed_since_the_leadership_began()
    {
        var before = Batch.Control(BatchKind.NoOp, Tail.Empty, T(1), new LogTime(700));
        var bench = new OwnerBench(saved: 1, before).Leading(2);
        Assert.Equal(new LogTime(700), bench.Owner.Tail.Time);
        bench.Append("one");
        bench.Owner.CloseBatch(T(2), TimeSpan.FromSeconds(1));
        Assert.Equal(new LogTime(1_000_700), bench.Owner.Tail.Time);
    }

    [Fact]
    public void A_mark_of_an_earlier_term_closes_nothing()
    {
        _bench.Append("one");
        _bench.Done();
        _bench.Owner.CloseBatch(T(0), TimeSpan.Zero);
        Assert.Empty(_bench.Done());
    }

    [Fact]
    public void Until_the_no_op_is_in_the_log_appends_are_refused()
    {
        var bench = new OwnerBench();
        bench.Writer.Outcomes.Enqueue(WriteOutcome.BufferFull);
        bench.Leading(1);
        Assert.Equal(AppendVerdict.NoOpWaits, bench.Append("one"));
        bench.Flush();
        Assert.Equal(["appended NoOp (1, term 1)", "handed (1, term 1)"], bench.Done());
        Assert.Equal(AppendVerdict.Accepted, bench.Append("one"));
    }

    [Theory]
    [InlineData(nameof(WriteOutcome.BufferFull))]
    [InlineData(nameof(WriteOutcome.SpaceIsComing))]
    public void A_batch_without_room_stays_open_until_there_is_some(string outcomeName)
    {
        var outcome = Enum.Parse<WriteOutcome>(outcomeName);
        _bench.Append("one");
        _bench.Writer.Outcomes.Enqueue(outcome);
        _bench.Owner.CloseBatch(T(1), TimeSpan.Zero);
        Assert.Equal(["close later in 1"], _bench.Done());
        _bench.Append("two");
        Assert.Equal(["close later in 1"], _bench.Done());
        _bench.Owner.SpaceChanged(TimeSpan.Zero);
        Assert.Equal(["appended Entries (2, term 1) one:1 two:1", "handed (2, term 1)"], _bench.Done());
    }

    [Fact]
    public void A_request_whose_batch_cannot_make_way_is_refused_and_what_was_collected_stays()
    {
        _bench.Append("one", 150);
        _bench.Writer.Outcomes.Enqueue(WriteOutcome.BufferFull);
        Assert.Equal(AppendVerdict.BufferFull, _bench.Append("two", 150));
        _bench.Done();
        _bench.Flush();
        Assert.Equal(["own ack of 1 in 1", "appended Entries (2, term 1) one:1", "handed (2, term 1)"], _bench.Done());
    }

    [Fact]
    public void Safety_16_a_full_disk_rejects_what_is_in_no_batch()
    {
        _bench.Append("one");
        _bench.Append("two");
        _bench.Writer.Outcomes.Enqueue(WriteOutcome.DiskFull);
        _bench.Owner.CloseBatch(T(1), TimeSpan.Zero);
        Assert.Equal(["close later in 1", "reject one: DiskFull", "reject two: DiskFull"], _bench.Done());
        Assert.Equal((0, 0), _bench.Owner.Outstanding);
    }

    [Fact]
    public void Safety_16_without_space_that_is_allocated_nothing_is_taken()
    {
        _bench.Writer.FreeBytes = 10;
        Assert.Equal(AppendVerdict.DiskFull, _bench.Append("one"));
        _bench.Writer.SpaceIsComing = true;
        Assert.Equal(AppendVerdict.SpaceIsComing, _bench.Append("one"));
        Assert.Empty(_bench.Done());
    }

    [Fact]
    public void Safety_16_what_is_outstanding_is_bounded_until_it_is_committed()
    {
        Assert.Equal(AppendVerdict.Accepted, _bench.AppendMany("one", OwnerBench.EntriesMax));
        Assert.Equal(AppendVerdict.TooMuchOutstanding, _bench.Append("two"));
        _bench.Owner.CloseBatch(T(1), TimeSpan.Zero);
        Assert.Equal((OwnerBench.EntriesMax, OwnerBench.EntriesMax), _bench.Owner.Outstanding);
        _bench.Owner.CommitAdvanced(T(1), I(2));
        Assert.Equal(AppendVerdict.Accepted, _bench.Append("two"));
    }

    [Fact]
    public void Safety_17_a_request_of_the_wrong_size_is_refused()
    {
        Assert.Equal(AppendVerdict.EntryTooLarge, _bench.Append("one", 1_001));
        Assert.Equal(AppendVerdict.NoEntries, _bench.AppendMany("one", 0));
        Assert.Equal(AppendVerdict.RequestTooLarge, _bench.AppendMany("one", 100));
    }

    [Fact]
    public void Safety_16_a_stream_is_taken_in_order_or_not_at_all()
    {
        StreamPlace at3 = new(new Guid(1, 0, 0, new byte[8]), 3, Start: true);
        Assert.Equal(AppendVerdict.OutOfOrder, _bench.AppendMany("one", 1, at3 with { Start = false }));
        Assert.Equal(AppendVerdict.Accepted, _bench.AppendMany("one", 1, at3));
        Assert.Equal(AppendVerdict.OutOfOrder, _bench.AppendMany("two", 1, at3 with { Sequence = 5, Start = false }));
        Assert.Equal(AppendVerdict.Accepted, _bench.AppendMany("two", 1, at3 with { Sequence = 4, Start = false }));
    }

    [Fact]
    public void A_request_that_is_refused_for_want_of_room_is_not_the_one_before_the_next_in_its_stream()
    {
        StreamPlace at3 = new(new Guid(1, 0, 0, new byte[8]), 3, Start: true);
        _bench.Writer.FreeBytes = 10;
        Assert.Equal(AppendVerdict.DiskFull, _bench.AppendMany("one", 1, at3));
        _bench.Writer.FreeBytes = 1_000;
        Assert.Equal(AppendVerdict.OutOfOrder, _bench.AppendMany("two", 1, at3 with { Sequence = 4, Start = false }));
    }

    [Fact]
    public void While_leadership_is_handed_over_the_open_batch_is_closed_and_appends_are_refused()
    {
        _bench.Append("one");
        _bench.Done();
        _bench.Owner.HoldAppends(T(1), "n2", TimeSpan.Zero);
        Assert.Equal(["appended Entries (2, term 1) one:1", "handed (2, term 1)", "await n2 at 2 in 1"], _bench.Done());
        Assert.Equal((AppendVerdict.HandingOver, "n2"), (_bench.Append("two"), _bench.Owner.HeldFor));
        _bench.Owner.ResumeAppends(T(1));
        Assert.Equal(["resumed in 1"], _bench.Done());
        Assert.Equal(AppendVerdict.Accepted, _bench.Append("two"));
    }

    [Fact]
    public void A_hand_over_waits_for_a_batch_that_finds_no_room()
    {
        _bench.Append("one");
        _bench.Done();
        _bench.Writer.Outcomes.Enqueue(WriteOutcome.BufferFull);
        _bench.Owner.HoldAppends(T(1), "n2", TimeSpan.Zero);
        Assert.Empty(_bench.Done());
        _bench.Owner.SpaceChanged(TimeSpan.Zero);
        Assert.Equal(["appended Entries (2, term 1) one:1", "handed (2, term 1)", "await n2 at 2 in 1"], _bench.Done());
    }

    [Fact]
    public void A_hand_over_of_another_term_is_none_of_this_one()
    {
        _bench.Owner.HoldAppends(T(0), "n2", TimeSpan.Zero);
        _bench.Owner.ResumeAppends(T(0));
        Assert.Empty(_bench.Done());
        Assert.Equal(AppendVerdict.Accepted, _bench.Append("one"));
    }

    [Fact]
    public void Safety_16_a_member_that_stops_rejects_what_is_in_no_batch()
    {
        _bench.Append("one");
        _bench.Owner.CloseBatch(T(1), TimeSpan.Zero);
        _bench.Append("two");
        _bench.Done();
        _bench.Owner.Stop();
        Assert.Equal(["reject two: Stopping"], _bench.Done());
    }

    [Fact]
    public void Safety_16_what_the_log_was_given_when_it_threw_is_unknown_and_what_made_it_be_given_is_rejected()
    {
        _bench.Append("one", 150);
        _bench.Done();
        _bench.Writer.Throws = new TimeoutException();
        Assert.Throws<TimeoutException>(() => _bench.Append("two", 150));
        _bench.Owner.Stop();
        Assert.Equal(["reject two: Stopping", "unknown one"], _bench.Done());
    }

    [Fact]
    public void A_new_leader_takes_nothing_before_its_state_machine_has_applied_what_was_there()
    {
        var bench = OwnerBench.WithStateMachine(1, Batches(1, 1));
        bench.Owner.Applied(I(1));
        bench.Leading(2);
        Assert.Equal(AppendVerdict.StateMachineBehind, bench.Append("one"));
        Assert.Equal(AppendVerdict.StateMachineBehind, bench.AppendMany("two", 2));
        bench.Owner.Applied(I(2));
        Assert.Equal(AppendVerdict.Accepted, bench.Append("three"));

        var ready = OwnerBench.WithStateMachine(1, Batches(1, 1));
        ready.Owner.Applied(I(2));
        Assert.Equal(AppendVerdict.Accepted, ready.Leading(2).Append("one"));
    }

    [Fact]
    public void A_store_that_failed_takes_nothing_and_says_so_itself()
    {
        _bench.Append("one");
        _bench.Done();
        _bench.Writer.Outcomes.Enqueue(WriteOutcome.Failed);
        _bench.Owner.CloseBatch(T(1), TimeSpan.Zero);
        Assert.Empty(_bench.Done());
    }

    [Fact]
    public void An_append_allocates_no_more_than_its_place_in_the_batch()
    {
        const int Batches = 200;
        const int Appends = 4;
        var body = new byte[16];
        var writer = new ScriptedWriter();
        var quiet = new Quiet();
        IntakeSettings limits = new(1_000, 4_096, 1 << 20, 1 << 20);
        var log = new OwnedLog(writer);
        var leader = new LeaderLog<object>(
            T(1), TimeSpan.Zero, log, LogIndex.None, new LogHealth(_ => { }), new LeaderLogSettings(limits, TimeSpan.FromSeconds(5)), quiet);
        leader.WriteWhatWaits(TimeSpan.Zero);
        var intake = new AppendIntake<object>(limits);
        var tail = writer.Tail;
        Lead(1);
        Collect(1);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Collect(Batches);
        var needed = GC.GetAllocatedBytesForCurrentThread() - before;
        before = GC.GetAllocatedBytesForCurrentThread();
        Lead(Batches);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // The list of batches in this test's log grows.
        Assert.InRange(allocated, 0, needed + (32 * Batches));
        Assert.Equal(Batches + 2, quiet.Batches);

        void Lead(int batches)
        {
            for (var i = 0; i < batches; i++)
            {
                for (var append = 0; append < Appends; append++) leader.Append(quiet, body, TimeSpan.Zero);
                leader.CloseBatch(T(1), TimeSpan.Zero);
                leader.Flushed(log.FlushCompleted(writer.End), TimeSpan.Zero);
                leader.Committed(writer.Tail.Index);
            }
        }

        void Collect(int batches)
        {
            for (var i = 0; i < batches; i++)
            {
                for (var append = 0; append < Appends; append++) intake.Accept(quiet, body, TimeSpan.Zero);
                var batch = intake.Encode(tail, T(1));
                tail = batch.Tail;
                intake.Closed(batch.Index);
                intake.Committed(batch.Index);
            }
        }
    }

    private void CloseOne(string client)
    {
        _bench.Append(client);
        _bench.Owner.CloseBatch(T(1), TimeSpan.Zero);
        _bench.Done();
    }

    /// <summary>Counts batches, and does nothing.</summary>
    private sealed class Quiet : ILeaderLogActions<object>
    {
        public int Batches { get; private set; }

        public void Appended(Term term, Batch batch, IReadOnlyList<AppendIntake<object>.Accepted> clients) => Batches++;

        public void Handed(Term term, Batch batch)
        {
        }

        public void OwnAck(Term term, LogIndex flushed)
        {
        }

        public void CloseBatchLater(Term term)
        {
        }

        public void AwaitCaughtUp(Term term, string peer, LogIndex upTo)
        {
        }

        public void Resumed(Term term)
        {
        }

        public void Reject(object client, AppendVerdict why) => Assert.Fail($"Rejected: {why}");

        public void Unknown(object client) => Assert.Fail("Unknown.");
    }
}
