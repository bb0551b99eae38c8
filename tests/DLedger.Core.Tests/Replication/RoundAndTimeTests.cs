using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Replication;

/// <summary>Answers that come at the wrong moment, and what is sent again when.</summary>
public sealed class RoundAndTimeTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    [Fact]
    public void An_answer_to_what_was_not_asked_changes_nothing()
    {
        var appending = ProgressBench.CaughtUp(1, 1);
        appending.Progress.Compared(appending.Round, At(1, 1), At(2, 1), appending.Now);
        appending.Progress.Truncated(appending.Round, done: false, appending.Now);
        appending.Progress.Installed(appending.Round, appending.Now);
        Assert.Empty(appending.Did());
        Assert.Equal((PeerState.Append, I(3)), (appending.Progress.State, appending.Progress.Next));

        var truncating = new ProgressBench(Batches(1, 1, 3));
        truncating.Did();
        truncating.Progress.Compared(truncating.Round, At(2, 1), At(9, 2), truncating.Now);
        truncating.Did();
        truncating.Progress.Compared(truncating.Round, At(1, 1), At(1, 1), truncating.Now);
        truncating.Progress.Installed(truncating.Round, truncating.Now);
        truncating.Progress.Refused(truncating.Round, truncating.Now);
        truncating.Progress.Acked(I(1), truncating.Now);
        Assert.Empty(truncating.Did());
        Assert.Equal((PeerState.Truncate, I(3)), (truncating.Progress.State, truncating.Progress.Next));
    }

    [Fact]
    public void A_batch_that_comes_while_the_logs_are_compared_waits_for_the_answer()
    {
        var bench = new ProgressBench(Batches(1, 1));
        bench.Did();
        bench.Append(1);
        Assert.Empty(bench.Did());
        bench.Progress.Compared(bench.Round, At(2, 1), At(2, 1), bench.Now);
        Assert.Equal(["push nothing after (2, term 1), committed 0", "read from 3 of term 1"], bench.Did());
    }

    [Fact]
    public void The_numbers_of_rounds_only_grow()
    {
        var bench = new ProgressBench(Batches([.. Enumerable.Range(1, 200).Select(term => (long)term)]));
        bench.Did();
        var first = bench.Round;
        bench.Progress.StartAnew(bench.Now);
        bench.Did();
        bench.Progress.Compared(bench.Round, null, At(9, 5), bench.Now);
        bench.Did();
        bench.Progress.Compared(first, At(5, 5), At(5, 5), bench.Now);
        Assert.Empty(bench.Did());
        Assert.Equal(PeerState.Compare, bench.Progress.State);
    }

    [Fact]
    public void A_late_answer_to_an_earlier_install_does_not_end_a_later_one()
    {
        var bench = new ProgressBench(Batches(1, 1, 3), logBase: 2);
        bench.Did();
        bench.Progress.Compared(bench.Round, null, At(1, 1), bench.Now);
        bench.Did();
        var first = bench.Round;
        bench.Progress.Installed(first, bench.Now);
        bench.Did();
        bench.Progress.Compared(bench.Round, null, At(1, 1), bench.Now);
        Assert.Equal(["install (2, term 1)"], bench.Did());
        bench.Progress.Installed(first, bench.Now);
        Assert.Equal(PeerState.Install, bench.Progress.State);
    }

    [Fact]
    public void A_read_that_found_nothing_any_more_is_asked_anew()
    {
        var bench = new ProgressBench(Batches(1, 1));
        bench.Did();
        bench.Progress.Compared(bench.Round, At(1, 1), At(1, 1), bench.Now);
        bench.Did();
        bench.Progress.BatchesRead(ReadOutcome.Found, [], bench.Now);
        Assert.Equal(["read from 2 of term 1"], bench.Did());
    }

    [Theory]
    [InlineData(64, "install (0, term 0)")]
    [InlineData(65, "compare from 0 1:1-1")]
    public void Only_when_all_terms_were_asked_for_is_there_nothing_in_common(int terms, string then)
    {
        var bench = new ProgressBench(Batches([.. Enumerable.Range(1, terms).Select(term => (long)term)]));
        bench.Did();
        bench.Progress.Compared(bench.Round, null, At(9, 5), bench.Now);
        Assert.Equal([then], bench.Did());
    }

    [Fact]
    public void A_match_that_retention_took_leads_to_an_install_however_many_terms_there_are()
    {
        var bench = new ProgressBench(Batches([.. Enumerable.Range(1, 200).Select(term => (long)term)]));
        bench.Did();
        bench.DropUpTo(100);
        bench.Progress.Compared(bench.Round, At(50, 50), At(50, 50), bench.Now);
        Assert.Equal(["install (100, term 100)"], bench.Did());
    }

    [Fact]
    public void A_base_that_is_told_late_takes_nothing_back()
    {
        var bench = new ProgressBench(Batches(1, 1, 1, 1), logBase: 3);
        bench.Did();
        bench.Progress.BaseMoved(Batches(1, 1)[1].Tail);
        bench.Pass(ProgressBench.Resend);
        Assert.Equal(["compare from 3 1:4-4"], bench.Did());
    }

    [Fact]
    public void A_commit_position_waits_for_the_next_push_when_there_is_one()
    {
        var comparing = new ProgressBench(Batches(1, 1));
        comparing.Did();
        comparing.Progress.Committed(I(2), comparing.Now);
        Assert.Empty(comparing.Did());
        comparing.Progress.Compared(comparing.Round, At(2, 1), At(2, 1), comparing.Now);
        Assert.Equal(["push nothing after (2, term 1), committed 2"], comparing.Did());

        // One batch does not fit into the window: it will carry the position.
        var full = ProgressBench.CaughtUp(1);
        for (var i = 0; i < 5; i++) full.Append(1);
        full.Did();
        full.Progress.Committed(I(3), full.Now);
        Assert.Empty(full.Did());
    }

    [Fact]
    public void A_commit_position_goes_alone_at_once_after_a_pause_and_with_the_next_tick_else()
    {
        var bench = ProgressBench.CaughtUp(1, 1, 1);
        bench.Progress.Committed(I(1), bench.Now);
        Assert.Equal(["push nothing after (3, term 1), committed 1"], bench.Did());

        bench.Progress.Committed(I(2), bench.Now);
        Assert.Empty(bench.Did());
        bench.Pass(Tick);
        Assert.Equal(["push nothing after (3, term 1), committed 2"], bench.Did());

        bench.Pass(ProgressBench.CommitAfter);
        Assert.Empty(bench.Did());
        bench.Progress.Committed(I(3), bench.Now);
        Assert.Equal(["push nothing after (3, term 1), committed 3"], bench.Did());
    }

    [Fact]
    public void A_commit_position_that_a_push_has_carried_does_not_go_alone()
    {
        var bench = ProgressBench.CaughtUp(1, 1);
        bench.Progress.Committed(I(1), bench.Now);
        bench.Progress.Committed(I(2), bench.Now);
        bench.Append(1);
        Assert.Equal(["push nothing after (2, term 1), committed 1", "push 3-3 after (2, term 1), committed 2"], bench.Did());
        bench.Pass(Tick);
        Assert.Empty(bench.Did());
    }

    [Fact]
    public void Safety_13_nothing_is_sent_again_before_its_time()
    {
        var bench = new ProgressBench(Batches(1, 1, 3), logBase: 1);
        bench.Did();
        bench.Pass(ProgressBench.Resend - Tick);
        Assert.Empty(bench.Did());
        bench.Progress.Compared(bench.Round, At(2, 1), At(9, 2), bench.Now);
        bench.Did();
        bench.Pass(ProgressBench.Resend - Tick);
        Assert.Empty(bench.Did());
        bench.Progress.Truncated(bench.Round, done: false, bench.Now);
        bench.Did();
        bench.Progress.Compared(bench.Round, null, At(9, 2), bench.Now);
        bench.Did();
        bench.Pass(ProgressBench.Resend - Tick);
        Assert.Empty(bench.Did());
        bench.Progress.Installed(bench.Round, bench.Now);
        bench.Did();
        bench.Progress.Compared(bench.Round, At(3, 3), At(3, 3), bench.Now);
        bench.Did();
        bench.Pass(ProgressBench.Idle - Tick);
        Assert.Empty(bench.Did());
        bench.Pass(Tick);
        Assert.Equal(["push nothing after (3, term 3), committed 0"], bench.Did());
    }

    [Fact]
    public void Safety_13_the_wait_for_an_ack_begins_with_the_first_push_that_is_under_way()
    {
        var bench = ProgressBench.CaughtUp(1);
        bench.Pass(ProgressBench.Resend * 10);
        bench.Append(1);
        bench.Did();
        bench.Pass(ProgressBench.Resend - Tick);
        Assert.DoesNotContain("compare", bench.Did().Single(), StringComparison.Ordinal);

        // Another push does not begin it anew, nor does an ack that tells nothing new.
        bench.Append(1);
        bench.Progress.Acked(I(1), bench.Now);
        bench.Did();
        bench.Pass(Tick);
        Assert.Equal(["compare from 0 1:1-3"], bench.Did());
    }

    [Fact]
    public void Safety_13_an_ack_that_tells_something_new_begins_the_wait_anew()
    {
        var bench = ProgressBench.CaughtUp(1);
        bench.Append(1);
        bench.Append(1);
        bench.Did();
        bench.Pass(ProgressBench.Resend - Tick);
        bench.Progress.Acked(I(2), bench.Now);
        bench.Did();
        bench.Pass(ProgressBench.Resend - Tick);
        Assert.DoesNotContain("compare", bench.Did().Single(), StringComparison.Ordinal);
        bench.Pass(Tick);
        Assert.Equal(["compare from 0 1:1-3"], bench.Did());
    }

    [Fact]
    public void Who_appends_waits_for_a_follower_and_appends_again_waits_for_no_tick()
    {
        var bench = ProgressBench.CaughtUp(1);
        bench.Pass(ProgressBench.Idle);
        bench.Did();
        for (var i = 2; i < 6; i++)
        {
            bench.Append(1);
            bench.Progress.Acked(I(i), bench.Now);
            bench.Progress.Committed(I(i), bench.Now);
            var did = bench.Did();
            if (i == 2) Assert.Equal($"push nothing after ({i}, term 1), committed {i}", did[^1]);
            else Assert.Single(did);
            bench.WakeAfter(ProgressBench.CommitSoon);
            if (i > 2) Assert.Equal([$"push nothing after ({i}, term 1), committed {i}"], bench.Did());
        }

        Assert.Equal(3, bench.Wakes);
    }

    [Fact]
    public void Who_appends_one_by_one_costs_one_push_an_append()
    {
        var bench = ProgressBench.CaughtUp(1);
        bench.Pass(ProgressBench.Idle);
        bench.Did();
        var pushes = 0;
        for (var i = 2; i < 102; i++)
        {
            bench.Append(1);
            bench.Progress.Acked(I(i), bench.Now);
            bench.Progress.Committed(I(i), bench.Now);
            bench.WakeAfter(TimeSpan.FromMilliseconds(1));
            pushes += bench.Did().Length;
        }

        // One by itself at the start, and one every half heartbeat.
        Assert.InRange(pushes, 100, 104);
    }
}
