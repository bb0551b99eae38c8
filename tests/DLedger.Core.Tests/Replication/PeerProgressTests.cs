using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Replication;

/// <summary>What a leader sends one peer next.</summary>
public sealed class PeerProgressTests
{
    [Fact]
    public void Raft_5_3_a_leader_begins_by_finding_out_where_the_logs_agree()
    {
        var bench = new ProgressBench(Batches(1, 1, 2));
        Assert.Equal(["compare from 0 1:1-2 2:3-3"], bench.Did());
        bench.Progress.Compared(bench.Round, At(3, 2), At(3, 2), bench.Now);
        Assert.Equal(["push nothing after (3, term 2), committed 0"], bench.Did());
    }

    [Fact]
    public void Raft_5_3_a_follower_that_lacks_batches_gets_them_from_where_the_logs_agree()
    {
        var bench = new ProgressBench(Batches(1, 1, 2, 2));
        bench.Did();
        bench.Progress.Compared(bench.Round, At(2, 1), At(2, 1), bench.Now);
        Assert.Equal(["push nothing after (2, term 1), committed 0", "read from 3 of term 2"], bench.Did());
        bench.Read(3, 4);
        Assert.Equal(["push 3-4 after (2, term 1), committed 0"], bench.Did());
    }

    [Fact]
    public void Raft_5_3_a_follower_that_has_more_is_told_to_delete_it_before_anything_is_sent()
    {
        var bench = new ProgressBench(Batches(1, 1, 3));
        bench.Did();
        bench.Progress.Compared(bench.Round, At(2, 1), At(9, 2), bench.Now);
        Assert.Equal(["truncate to (2, term 1) from (9, term 2)"], bench.Did());
        bench.Append(3);
        Assert.Empty(bench.Did());
        bench.Progress.Truncated(bench.Round, done: true, bench.Now);
        Assert.Equal(["push nothing after (2, term 1), committed 0", "read from 3 of term 3"], bench.Did());
    }

    [Fact]
    public void A_peer_that_keeps_up_gets_each_batch_at_once()
    {
        var bench = ProgressBench.CaughtUp(1, 1);
        bench.Append(1);
        bench.Append(1);
        Assert.Equal(["push 3-3 after (2, term 1), committed 0", "push 4-4 after (3, term 1), committed 0"], bench.Did());
    }

    [Fact]
    public void A_refused_truncate_leads_back_to_compare()
    {
        var bench = new ProgressBench(Batches(1, 1, 3));
        bench.Did();
        bench.Progress.Compared(bench.Round, At(2, 1), At(9, 2), bench.Now);
        bench.Did();
        bench.Progress.Truncated(bench.Round, done: false, bench.Now);
        Assert.Equal(["compare from 0 1:1-2 3:3-3"], bench.Did());
    }

    [Fact]
    public void Safety_09_a_compare_moves_next_but_never_match()
    {
        var bench = new ProgressBench(Batches(1, 1, 2));
        bench.Did();
        bench.Progress.Compared(bench.Round, At(3, 2), At(3, 2), bench.Now);
        Assert.Equal((I(4), I(0)), (bench.Progress.Next, bench.Progress.Match));
        bench.Progress.Acked(I(2), bench.Now);
        Assert.Equal(I(2), bench.Progress.Match);
        bench.Progress.Acked(I(1), bench.Now);
        Assert.Equal(I(2), bench.Progress.Match);
    }

    [Fact]
    public void Safety_09_an_ack_above_the_leaders_tail_is_dropped_and_counts_for_nothing()
    {
        var bench = ProgressBench.CaughtUp(1, 1);
        Assert.False(bench.Progress.Acked(I(3), bench.Now));
        Assert.Equal(["dropped: an ack of 3, above our tail (2, term 1)"], bench.Did());
        Assert.Equal(I(2), bench.Progress.Match);
    }

    [Fact]
    public void A_comparison_that_found_what_is_in_neither_log_starts_no_install()
    {
        var bench = new ProgressBench(Batches(1, 1, 2));
        bench.Did();
        foreach (var (match, last) in new[] { (At(9, 2), At(9, 2)), (At(2, 2), At(3, 2)), (At(3, 2), At(2, 1)) })
        {
            bench.Progress.Compared(bench.Round, match, last, bench.Now);
            Assert.StartsWith("dropped: a comparison that found", Assert.Single(bench.Did()), StringComparison.Ordinal);
            Assert.Equal(PeerState.Compare, bench.Progress.State);
        }
    }

    [Fact]
    public void What_a_peer_cannot_take_is_not_sent_and_what_comes_before_is()
    {
        var bench = ProgressBench.CaughtUp(1, 1);
        bench.Progress.PeerTakes(maxEntryBytes: 10, batchBytesMax: 20, bench.Now);
        bench.Append(1);
        Assert.Equal(["push 3-3 after (2, term 1), committed 0"], bench.Did());
        bench.AppendOf(bytes: 100);
        bench.Append(1);
        Assert.Equal(["too large: 4 of 168"], bench.Did());
        Assert.Equal((I(4), 168), bench.Progress.TooLarge);
        bench.Progress.Acked(I(3), bench.Now);
        bench.Pass(ProgressBench.Idle);
        Assert.Equal(["push nothing after (3, term 1), committed 0"], bench.Did());
        bench.Progress.PeerTakes(maxEntryBytes: 100, batchBytesMax: 20, bench.Now);
        Assert.Null(bench.Progress.TooLarge);
        Assert.Equal(["read from 4 of term 1"], bench.Did());
    }

    [Fact]
    public void Safety_07_nothing_known_of_a_replaced_folder_holds()
    {
        var bench = ProgressBench.CaughtUp(1, 1);
        bench.Progress.StartAnew(bench.Now);
        Assert.Equal(I(0), bench.Progress.Match);
        Assert.Equal(["compare from 0 1:1-2"], bench.Did());
    }

    [Fact]
    public void Safety_12_a_read_names_the_term_it_expects_and_what_is_not_the_leaders_is_not_pushed()
    {
        var bench = new ProgressBench(Batches(1, 1, 3, 3));
        bench.Did();
        bench.Progress.Compared(bench.Round, At(2, 1), At(2, 1), bench.Now);
        Assert.Equal("read from 3 of term 3", bench.Did()[^1]);
        // The answer to a question of an earlier leadership, when other batches stood there.
        bench.Progress.BatchesRead(ReadOutcome.Found, Batches(1, 1, 2, 2)[2..], bench.Now);
        Assert.Equal(["read from 3 of term 3"], bench.Did());
    }

    [Fact]
    public void Safety_13_an_idle_peer_is_told_the_commit_position_every_interval()
    {
        var bench = ProgressBench.CaughtUp(1, 1);
        bench.Progress.Committed(I(2), bench.Now);
        Assert.Equal(["push nothing after (2, term 1), committed 2"], bench.Did());
        bench.Progress.Committed(I(2), bench.Now);
        bench.Progress.Committed(I(1), bench.Now);
        Assert.Empty(bench.Did());
        for (var i = 0; i < 5; i++)
        {
            bench.Pass(ProgressBench.Idle);
            Assert.Equal(["push nothing after (2, term 1), committed 2"], bench.Did());
        }
    }

    [Fact]
    public void Safety_13_a_lost_compare_truncate_or_install_is_sent_again()
    {
        var bench = new ProgressBench(Batches(1, 1, 3, 3), logBase: 2);
        Assert.Equal(["compare from 2 3:3-4"], bench.Did());
        bench.Pass(ProgressBench.Resend);
        Assert.Equal(["compare from 2 3:3-4"], bench.Did());
        bench.Progress.Compared(bench.Round, At(3, 3), At(9, 2), bench.Now);
        Assert.Equal(["truncate to (3, term 3) from (9, term 2)"], bench.Did());
        bench.Pass(ProgressBench.Resend);
        Assert.Equal(["truncate to (3, term 3) from (9, term 2)"], bench.Did());
        bench.Progress.Truncated(bench.Round, done: false, bench.Now);
        bench.Did();
        bench.Progress.Compared(bench.Round, null, At(9, 2), bench.Now);
        Assert.Equal(["install (2, term 1)"], bench.Did());
        bench.Pass(ProgressBench.Resend);
        Assert.Equal(["install (2, term 1)"], bench.Did());
        bench.Progress.Installed(bench.Round, bench.Now);
        Assert.Equal(["compare from 2 3:3-4"], bench.Did());
    }

    [Fact]
    public void Safety_13_a_lost_push_or_ack_leads_to_a_compare()
    {
        var bench = ProgressBench.CaughtUp(1, 1);
        bench.Append(1);
        bench.Did();
        bench.Pass(ProgressBench.Resend);
        Assert.Equal(["compare from 0 1:1-3"], bench.Did());
        bench.Progress.Compared(bench.Round, At(2, 1), At(2, 1), bench.Now);
        Assert.Equal(["push nothing after (2, term 1), committed 0", "read from 3 of term 1"], bench.Did());
    }

    [Fact]
    public void A_refused_push_leads_to_a_compare_but_refusals_of_earlier_rounds_do_not()
    {
        var bench = ProgressBench.CaughtUp(1, 1);
        var old = bench.Round;
        bench.Append(1);
        bench.Did();
        bench.Progress.Refused(bench.Round, bench.Now);
        bench.Progress.Refused(bench.Round, bench.Now);
        Assert.Equal(["compare from 0 1:1-3"], bench.Did());
        bench.Progress.Compared(bench.Round, At(3, 1), At(3, 1), bench.Now);
        bench.Did();
        bench.Progress.Refused(old, bench.Now);
        Assert.Empty(bench.Did());
        Assert.Equal(PeerState.Append, bench.Progress.State);
    }

    [Fact]
    public void Answers_to_earlier_rounds_are_dropped()
    {
        var bench = ProgressBench.CaughtUp(1, 1);
        var old = bench.Round;
        bench.Append(1);
        bench.Progress.Refused(bench.Round, bench.Now);
        bench.Did();
        bench.Progress.Compared(old, LogPoint.Origin, At(3, 1), bench.Now);
        bench.Progress.Truncated(old, done: true, bench.Now);
        bench.Progress.Installed(old, bench.Now);
        Assert.Empty(bench.Did());
        Assert.Equal(PeerState.Compare, bench.Progress.State);
    }

    [Fact]
    public void A_leader_with_many_terms_asks_for_the_newest_first_and_goes_back()
    {
        var terms = Enumerable.Range(1, 200).Select(term => (long)term).ToArray();
        var bench = new ProgressBench(Batches(terms));
        Assert.Equal([$"compare from 0 {Runs(137, 200)}"], bench.Did());
        bench.Progress.Compared(bench.Round, null, At(9, 5), bench.Now);
        Assert.Equal([$"compare from 0 {Runs(73, 136)}"], bench.Did());

        static string Runs(int first, int last) =>
            string.Join(' ', Enumerable.Range(first, last - first + 1).Select(term => $"{term}:{term}-{term}"));
    }

    [Fact]
    public void An_answer_that_comes_twice_skips_no_terms()
    {
        var terms = Enumerable.Range(1, 200).Select(term => (long)term).ToArray();
        var bench = new ProgressBench(Batches(terms));
        bench.Did();
        var round = bench.Round;
        bench.Progress.Compared(round, null, At(99, 100), bench.Now);
        bench.Progress.Compared(round, null, At(99, 100), bench.Now);
        Assert.StartsWith("compare from 0 73:73-73", bench.Did().Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_install_whose_answer_takes_longer_than_the_resend_time_still_counts()
    {
        var bench = new ProgressBench(Batches(1, 1, 3), logBase: 2);
        bench.Did();
        bench.Progress.Compared(bench.Round, null, At(1, 1), bench.Now);
        bench.Did();
        var first = bench.Round;
        bench.Pass(ProgressBench.Resend);
        Assert.Equal(["install (2, term 1)"], bench.Did());
        bench.Progress.Installed(first, bench.Now);
        Assert.Equal(PeerState.Compare, bench.Progress.State);
    }

    [Fact]
    public void A_base_that_moved_on_is_a_new_offer()
    {
        var bench = new ProgressBench(Batches(1, 1, 3), logBase: 1);
        bench.Did();
        bench.Progress.Compared(bench.Round, null, At(9, 2), bench.Now);
        bench.Did();
        var first = bench.Round;
        bench.DropUpTo(2);
        bench.Pass(ProgressBench.Resend);
        Assert.Equal(["install (2, term 1)"], bench.Did());
        bench.Progress.Installed(first, bench.Now);
        Assert.Equal(PeerState.Install, bench.Progress.State);
    }

    [Fact]
    public void A_peer_whose_next_batch_retention_took_gets_an_install()
    {
        var bench = new ProgressBench(Batches(1, 1, 1, 1), logBase: 0);
        bench.Did();
        bench.DropUpTo(3);
        bench.Progress.Compared(bench.Round, At(1, 1), At(1, 1), bench.Now);
        Assert.Equal(["install (3, term 1)"], bench.Did());
    }

    [Fact]
    public void A_read_below_the_base_leads_to_an_install()
    {
        var bench = new ProgressBench(Batches(1, 1, 1));
        bench.Did();
        bench.Progress.Compared(bench.Round, At(1, 1), At(1, 1), bench.Now);
        bench.Did();
        bench.DropUpTo(2);
        bench.Progress.BatchesRead(ReadOutcome.BelowBase, [], bench.Now);
        Assert.Equal(["install (2, term 1)"], bench.Did());
    }

    [Fact]
    public void The_window_bounds_what_is_under_way_in_batches()
    {
        var bench = ProgressBench.CaughtUp(1);
        for (var i = 0; i < 10; i++) bench.Append(1);
        Assert.Equal(4, bench.Did().Length);
        bench.Progress.Acked(I(3), bench.Now);
        Assert.Equal(["read from 6 of term 1"], bench.Did());
        bench.Read(6, 11);
        Assert.Equal(["push 6-7 after (5, term 1), committed 0"], bench.Did());
    }

    [Fact]
    public void The_window_bounds_what_is_under_way_in_bytes()
    {
        var bench = new ProgressBench(Batches(1), windowBatches: 1_000, windowBytes: 3 * Batches(1)[0].Encoded.Length);
        bench.Did();
        bench.Progress.Compared(bench.Round, At(1, 1), At(1, 1), bench.Now);
        for (var i = 0; i < 10; i++) bench.Append(1);
        Assert.Equal(4, bench.Did().Length); // the first push is the empty one
    }

    [Fact]
    public void Small_batches_share_a_push_up_to_its_bytes_and_a_large_one_travels_alone()
    {
        var small = OneEntry(Tail.Empty, 1);
        var large = Batch.Entries(small.Tail, T(1), [new byte[5_000]]);
        var after = OneEntry(large.Tail, 1);
        var last = OneEntry(after.Tail, 1);
        var bench = new ProgressBench([small, large, after, last]);
        bench.Did();
        bench.Progress.Compared(bench.Round, LogPoint.Origin, LogPoint.Origin, bench.Now);
        bench.Did();
        bench.Read(1, 4);
        Assert.Equal(
            ["push 1-1 after (0, term 0), committed 0", "push 2-2 after (1, term 1), committed 0", "push 3-4 after (2, term 1), committed 0"],
            bench.Did());
    }

    [Fact]
    public void A_large_batch_that_comes_first_travels_alone_too()
    {
        var large = Batch.Entries(Tail.Empty, T(1), [new byte[5_000]]);
        var bench = new ProgressBench([large, OneEntry(large.Tail, 1)]);
        bench.Did();
        bench.Progress.Compared(bench.Round, LogPoint.Origin, LogPoint.Origin, bench.Now);
        bench.Did();
        bench.Read(1, 2);
        Assert.Equal(["push 1-1 after (0, term 0), committed 0", "push 2-2 after (1, term 1), committed 0"], bench.Did());
    }

    [Fact]
    public void Batches_that_come_while_the_log_is_read_are_read_too()
    {
        var bench = new ProgressBench(Batches(1, 1));
        bench.Did();
        bench.Progress.Compared(bench.Round, At(1, 1), At(1, 1), bench.Now);
        bench.Did();
        bench.Append(1);
        Assert.Empty(bench.Did());
        bench.Read(2, 2);
        Assert.Equal(["push 2-2 after (1, term 1), committed 0", "read from 3 of term 1"], bench.Did());
    }

    [Fact]
    public void A_peer_that_others_commit_without_comes_nearer_at_the_given_rate()
    {
        var bench = Behind();
        bench.Progress.Committed(I(90), bench.Now);
        SpendWhatIsSaved(bench);
        bench.Pass(TimeSpan.FromMilliseconds(150));
        Assert.DoesNotContain("read from 22 of term 1", bench.Did());
        bench.Pass(TimeSpan.FromMilliseconds(49));
        Assert.DoesNotContain("read from 22 of term 1", bench.Did());
        bench.Progress.Committed(I(91), bench.Now);
        bench.Pass(TimeSpan.FromMilliseconds(1));
        Assert.Contains("read from 22 of term 1", bench.Did());
    }

    [Fact]
    public void A_peer_that_others_commit_without_gets_as_much_more_as_is_appended()
    {
        var bench = Behind();
        bench.Progress.Committed(I(90), bench.Now);
        SpendWhatIsSaved(bench);
        for (var i = 0; i < 3; i++) bench.Append(1);
        Assert.Empty(bench.Did());
        bench.Append(1);
        Assert.Equal(["read from 22 of term 1"], bench.Did());
    }

    [Fact]
    public void What_a_peer_could_have_had_is_saved_for_a_second()
    {
        var bench = Behind();
        bench.Progress.Committed(I(90), bench.Now);
        SpendWhatIsSaved(bench);
        bench.Pass(TimeSpan.FromHours(1));
        bench.Read(22, 25);
        bench.Progress.Acked(I(25), bench.Now);
        Assert.Equal("read from 26 of term 1", bench.Did()[^1]);
        bench.Progress.Committed(I(91), bench.Now);
        SpendWhatIsSaved(bench, from: 26);
    }

    [Fact]
    public void What_a_peer_gets_while_nothing_holds_it_back_is_not_counted()
    {
        var bench = Behind();
        for (var first = 2; first <= 78; first += 4) ReadAndAck(bench, first);
        Assert.Equal(["read from 82 of term 1"], bench.Did()[^1..]);
        bench.Progress.Committed(I(95), bench.Now);
        ReadAndAck(bench, 82);
        Assert.Equal(["read from 86 of term 1"], bench.Did()[^1..]);
    }

    [Fact]
    public void What_is_not_committed_yet_is_never_held_back()
    {
        var bench = Behind();
        bench.Progress.Committed(I(21), bench.Now);
        SpendWhatIsSaved(bench, mayGoOn: true);
        Assert.Equal("read from 22 of term 1", bench.Did()[^1]);
        ReadAndAck(bench, 22);
        bench.Progress.Committed(I(26), bench.Now);
        Assert.Equal("read from 26 of term 1", bench.Did()[^1]);
        ReadAndAck(bench, 26);
        Assert.Equal("read from 30 of term 1", bench.Did()[^1]);
    }

    [Fact]
    public void A_peer_is_no_longer_held_back_when_no_more_is_committed()
    {
        var bench = Behind(catchUp: 1);
        bench.Progress.Committed(I(50), bench.Now);
        ReadAndAck(bench, 2);
        Assert.DoesNotContain("read from 6 of term 1", bench.Did());
        bench.Pass(ProgressBench.Resend - TimeSpan.FromTicks(1));
        Assert.Equal(["push nothing after (5, term 1), committed 50"], bench.Did());
        bench.Pass(TimeSpan.FromTicks(1));
        Assert.Equal(["read from 6 of term 1"], bench.Did());
    }

    [Fact]
    public void A_peer_that_is_held_back_below_the_base_gets_an_install()
    {
        var bench = Behind(catchUp: 1);
        bench.Progress.Committed(I(50), bench.Now);
        ReadAndAck(bench, 2);
        bench.Did();
        bench.DropUpTo(20);
        bench.Pass(TimeSpan.FromMilliseconds(1));
        Assert.Equal(["install (20, term 1)"], bench.Did());
    }

    /// <summary>
    /// A peer with one batch of a hundred, a window of four batches and reads as large, and unless told otherwise a bound of twenty batches a second;
    /// its first read is asked for.
    /// </summary>
    private static ProgressBench Behind(int catchUp = 0)
    {
        var log = Batches([.. Enumerable.Repeat(1L, 100)]);
        var batchBytes = log[0].Encoded.Length;
        var bench = new ProgressBench(
            log, windowBatches: 1_000, windowBytes: 4 * batchBytes, pushBytes: batchBytes, catchUp: catchUp == 0 ? 20 * batchBytes : catchUp);
        bench.Did();
        bench.Progress.Compared(bench.Round, At(1, 1), At(1, 1), bench.Now);
        bench.Progress.Acked(I(1), bench.Now);
        Assert.Equal("read from 2 of term 1", bench.Did()[^1]);
        return bench;
    }

    /// <summary>Twenty batches, that is a second's worth, in five reads; then nothing more.</summary>
    private static void SpendWhatIsSaved(ProgressBench bench, int from = 2, bool mayGoOn = false)
    {
        for (var read = 0; read < 5; read++)
        {
            bench.Did();
            ReadAndAck(bench, from + (4 * read));
        }

        if (!mayGoOn) Assert.DoesNotContain($"read from {from + 20} of term 1", bench.Did());
    }

    private static void ReadAndAck(ProgressBench bench, int first)
    {
        bench.Read(first, first + 3);
        bench.Progress.Acked(I(first + 3), bench.Now);
    }
}
