using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Replication;

/// <summary>What may be under way to a peer, and what counts as under way. A batch of these tests has 69 bytes.</summary>
public sealed class WindowTests
{
    private const int Bytes = 69;

    [Fact]
    public void An_ack_opens_the_window_in_bytes_too()
    {
        var bench = ProgressBench.CaughtUp(new ProgressBench(Batches(1), windowBatches: 1_000, windowBytes: 3 * Bytes));
        for (var i = 0; i < 10; i++) bench.Append(1);
        Assert.Equal(3, bench.Did().Length);
        bench.Progress.Acked(I(3), bench.Now);
        Assert.Equal(["read from 5 of term 1"], bench.Did());
        Assert.Equal(2 * Bytes, bench.ReadBytesMax);
    }

    [Theory]
    [InlineData(1_000, 10, 2, 40)] // four pushes
    [InlineData(200, 1_000, 2, 200 - (2 * Bytes))] // what is left of the window
    [InlineData((2 * Bytes) + 1, 1_000, 2, 1)]
    public void A_read_asks_for_four_pushes_at_most_and_no_more_than_the_window_has_room_for(long windowBytes, int pushBytes, int underWay, int asked)
    {
        var bench = ProgressBench.CaughtUp(new ProgressBench(Batches(1), windowBatches: 1_000, windowBytes: windowBytes, pushBytes: pushBytes));
        for (var i = 0; i < underWay; i++) bench.Append(1);
        bench.Progress.Refused(bench.Round, bench.Now);
        bench.Append(1);
        bench.Did();
        var held = At(1 + underWay, 1);
        bench.Progress.Compared(bench.Round, held, held, bench.Now);
        Assert.Equal(["push nothing after (3, term 1), committed 0", "read from 4 of term 1"], bench.Did());
        Assert.Equal(asked, bench.ReadBytesMax);
    }

    [Fact]
    public void A_push_is_filled_to_its_last_byte()
    {
        var bench = new ProgressBench(Batches(1, 1, 1, 1, 1), windowBatches: 100, pushBytes: 2 * Bytes);
        bench.Did();
        bench.Progress.Compared(bench.Round, LogPoint.Origin, LogPoint.Origin, bench.Now);
        bench.Did();
        bench.Read(1, 5);
        Assert.Equal(
            ["push 1-2 after (0, term 0), committed 0", "push 3-4 after (2, term 1), committed 0", "push 5-5 after (4, term 1), committed 0"],
            bench.Did());
    }

    [Fact]
    public void What_the_peer_was_found_to_hold_stays_under_way_until_it_is_acked()
    {
        var bench = ProgressBench.CaughtUp(1);
        for (var i = 0; i < 8; i++) bench.Append(1);
        bench.Progress.Refused(bench.Round, bench.Now);
        bench.Did();
        bench.Progress.Compared(bench.Round, At(3, 1), At(3, 1), bench.Now);
        bench.Did();
        bench.Read(4, 9);
        Assert.Equal(["push 4-5 after (3, term 1), committed 0"], bench.Did());
        bench.Progress.Acked(I(3), bench.Now);
        Assert.Equal(["read from 6 of term 1"], bench.Did());
        bench.Read(6, 9);
        Assert.Equal(["push 6-7 after (5, term 1), committed 0"], bench.Did());
    }

    [Fact]
    public void What_the_peer_was_found_to_hold_stays_under_way_in_bytes_too()
    {
        var bench = ProgressBench.CaughtUp(new ProgressBench(Batches(1), windowBatches: 1_000, windowBytes: 4 * Bytes));
        for (var i = 0; i < 8; i++) bench.Append(1);
        bench.Progress.Refused(bench.Round, bench.Now);
        bench.Did();
        bench.Progress.Compared(bench.Round, At(3, 1), At(3, 1), bench.Now);
        Assert.Equal(["push nothing after (3, term 1), committed 0", "read from 4 of term 1"], bench.Did());
        Assert.Equal(2 * Bytes, bench.ReadBytesMax);
    }

    [Fact]
    public void Safety_07_nothing_is_under_way_to_a_replaced_folder()
    {
        var bench = ProgressBench.CaughtUp(1);
        for (var i = 0; i < 4; i++) bench.Append(1);
        bench.Progress.StartAnew(bench.Now);
        bench.Did();
        bench.Progress.Compared(bench.Round, At(5, 1), At(5, 1), bench.Now);
        bench.Did();
        bench.Append(1);
        Assert.Equal(["push 6-6 after (5, term 1), committed 0"], bench.Did());
    }

    [Fact]
    public void Nothing_is_under_way_to_a_peer_that_starts_behind_another_base()
    {
        var bench = ProgressBench.CaughtUp(new ProgressBench(Batches(1), windowBatches: 2));
        for (var i = 0; i < 3; i++) bench.Append(1);
        bench.Progress.Acked(I(2), bench.Now);
        bench.DropUpTo(4);
        bench.Progress.BatchesRead(ReadOutcome.BelowBase, [], bench.Now);
        bench.Did();
        bench.Progress.Installed(bench.Round, bench.Now);
        bench.Did();
        bench.Progress.Compared(bench.Round, At(4, 1), At(4, 1), bench.Now);
        bench.Did();
        bench.Append(1);
        bench.Append(1);
        Assert.Equal(["push 5-5 after (4, term 1), committed 0", "push 6-6 after (5, term 1), committed 0"], bench.Did());
    }

    [Fact]
    public void One_read_at_a_time()
    {
        var bench = ProgressBench.CaughtUp(1);
        for (var i = 0; i < 10; i++) bench.Append(1);
        bench.Progress.Acked(I(3), bench.Now);
        bench.Did();
        bench.Progress.Acked(I(4), bench.Now);
        Assert.Empty(bench.Did());
    }

    [Fact]
    public void A_read_of_before_a_compare_is_waited_for_and_asked_anew()
    {
        var bench = ProgressBench.CaughtUp(1);
        for (var i = 0; i < 10; i++) bench.Append(1);
        bench.Progress.Acked(I(3), bench.Now);
        bench.Progress.Refused(bench.Round, bench.Now);
        bench.Did();
        bench.Progress.Compared(bench.Round, At(11, 1), At(11, 1), bench.Now);
        Assert.Equal(["push nothing after (11, term 1), committed 0"], bench.Did());
        bench.Append(1);
        Assert.Empty(bench.Did());
        bench.Read(6, 7);
        Assert.Equal(["read from 12 of term 1"], bench.Did());
    }

    [Fact]
    public void What_is_read_while_the_logs_are_compared_is_not_sent()
    {
        var bench = new ProgressBench(Batches(1, 1, 1));
        bench.Did();
        bench.Progress.Compared(bench.Round, At(1, 1), At(1, 1), bench.Now);
        bench.Progress.Refused(bench.Round, bench.Now);
        bench.Did();
        bench.Read(2, 3);
        Assert.Empty(bench.Did());
    }

    [Fact]
    public void A_batch_that_retention_takes_while_the_window_is_full_leads_to_an_install()
    {
        var bench = ProgressBench.CaughtUp(1);
        for (var i = 0; i < 5; i++) bench.Append(1);
        bench.Did();
        bench.DropUpTo(6);
        bench.Progress.Acked(I(5), bench.Now);
        Assert.Equal(["install (6, term 1)"], bench.Did());
    }

    [Fact]
    public void A_sign_of_life_to_a_peer_behind_the_base_is_an_install()
    {
        var bench = ProgressBench.CaughtUp(1);
        for (var i = 0; i < 8; i++) bench.Append(1);
        bench.Did();
        bench.DropUpTo(8);
        bench.Pass(ProgressBench.Idle);
        Assert.Equal(["install (8, term 1)"], bench.Did());
    }
}
