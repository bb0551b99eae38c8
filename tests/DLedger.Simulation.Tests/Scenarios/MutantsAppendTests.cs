using DLedger.Core;

namespace DLedger.Simulation.Tests;

/// <summary>What a leader takes from clients: bounds that no safety check sees from outside, shown one by one.</summary>
public sealed class MutantsAppendTests
{
    [Fact]
    public void Safety_14_a_batch_that_the_peers_have_flushed_before_its_leader_is_answered_by_that()
    {
        // The acks of both peers come long before the leader's own flush.
        var run = new Scenario(3);
        run.StartLedBy("n0");
        run.Disk("n0").SyncLeast = run.Disk("n0").SyncMost = TimeSpan.FromMilliseconds(300);
        run.Committed(run.Append("n0"));
        run.EndsWell();
    }

    [Fact]
    public void Safety_16_beyond_the_bound_of_what_is_outstanding_appends_are_refused_as_busy()
    {
        const int bound = 8;
        const int asked = 20;
        var run = new Scenario(3, $"pending-entries-max = {bound}");
        run.StartLedBy("n0");
        run.CutOff("n0");
        Request[] requests = [.. Enumerable.Range(0, asked).Select(_ => run.Append("n0"))];
        run.Let(0.05);
        Assert.Equal(asked - bound, requests.Count(request => request.Answer is AppendResult.Rejected { Reason: RejectReason.Busy }));
        run.EndsWell();
    }

    [Fact]
    public void Safety_16_a_request_behind_a_gap_in_its_stream_is_refused()
    {
        var run = new Scenario(3);
        run.StartLedBy("n0");
        var stream = new Guid("7b1f1c1e-5a55-4c50-9a5e-3d9d9c5f0a01");
        Request Next(long sequence, bool start = false) =>
            run.Ask(new AppendMany([run.Workload.NextAppend().Body], new AppendStream(stream, sequence, start)), "n0");

        run.Committed(Next(0, start: true));
        run.Committed(Next(1));
        Assert.Equal(RejectReason.OutOfOrder, Assert.IsType<AppendResult.Rejected>(run.Answer(Next(3))).Reason);
        run.Committed(Next(2));
        run.EndsWell();
    }

    [Fact]
    public void Safety_17_a_request_of_many_empty_entries_is_too_large_by_their_lengths()
    {
        var run = new Scenario(1, "batch-bytes-max = 1024");
        run.StartLedBy("n0");
        var answer = run.AskAside(new AppendMany([.. Enumerable.Repeat(ReadOnlyMemory<byte>.Empty, 300)]), "n0");
        run.Until("the request is answered", () => answer() is not null);
        Assert.Equal(RejectReason.TooLarge, Assert.IsType<AppendResult.Rejected>(answer()).Reason);
        run.EndsWell();
    }
}
