using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Simulation.Tests;

/// <summary>Logs that differ, and what may be acked and committed of them.</summary>
public sealed class LogTests
{
    [Fact]
    public void Peers_08_pushes_that_come_again_in_any_order_change_nothing()
    {
        var run = new Scenario(3);
        var pushes = run.Network.Copy(letter => letter is { Message: Push, To.Node: "n2" });
        run.StartLedBy("n0");
        for (var i = 0; i < 5; i++)
        {
            var requests = Enumerable.Range(0, 8).Select(_ => run.Append("n0")).ToArray();
            foreach (var request in requests) run.Committed(request);
        }

        run.Until("n2 has all", () => run.TailOf("n2") == run.TailOf("n0"));
        var written = 0;
        var watch = run.Disk("n2").OnAppend;
        run.Disk("n2").OnAppend = (group, batch) =>
        {
            watch?.Invoke(group, batch);
            written++;
        };

        // In their own term; what overlaps with what is held is skipped.
        SimLetter[] old = [.. pushes.Letters];
        run.World.Random.Fork("pushes").ShuffleInPlace(old);
        foreach (var push in old) push.Deliver();
        run.Let(0.05);
        Assert.Equal(0, written);
        Assert.Equal(run.TailOf("n0"), run.TailOf("n2"));

        // And when their leader is deposed.
        run.PowerFails("n0");
        run.Elect("n1");
        run.Commit("n1", 3);
        run.Until("n2 has all", () => run.TailOf("n2") == run.TailOf("n1"));
        written = 0;
        foreach (var push in old) push.Deliver();
        run.Let(0.05);
        Assert.Equal(0, written);
        Assert.Equal(run.TailOf("n1"), run.TailOf("n2"));
        run.EndsWell();
    }

    [Fact]
    public void Peers_08_a_follower_that_is_far_behind_never_takes_more_for_committed_than_it_has()
    {
        for (ulong course = 1; course <= 5; course++)
        {
            var run = new Scenario(3, "batch-bytes-max = 1024 \n push-window-batches = 1", course);
            run.StartLedBy("n0");
            run.PowerFails("n2");
            run.Commit("n0", 60);

            // Each push says that far more is committed than n2 has.
            var ahead = 0;
            using var pushes = run.Network.Copy(letter =>
            {
                if (letter is { Message: Push { Batches.Count: > 0 } push, To.Node: "n2" } && push.Committed > push.Batches[^1].Index) ahead++;
                return false;
            });
            run.Restart("n2");
            run.Until("n2 is there", () => run.Cluster.IsStarted("n2"));
            while (run.TailOf("n2") != run.TailOf("n0"))
            {
                var status = run.StatusOf("n2");
                var isSound = status.CommittedIndex <= status.LastIndex && status.Role != MemberRole.Failed;
                run.Expect(isSound, $"n2 has what it takes for committed: {status}");
                run.Let(0.0001);
            }

            Assert.True(ahead > 0, "No push was ahead of what it brought.");
            run.EndsWell();
        }
    }

    [Fact]
    public void Safety_09_a_tail_that_is_flushed_but_not_the_leaders_is_not_acked()
    {
        var (run, push) = TruncationLostByACrash(committed: false);
        var acks = run.Network.Copy(letter => letter is { Message: PushAck, From.Node: "n0" });
        push.Deliver();
        run.Until("n0 acks", () => acks.Letters.Count > 0);
        Assert.Equal(((Push)push.Message).Previous.Index, ((PushAck)acks.Letters[0].Message).Flushed);
        run.Let(0.2);
        run.EndsWell();
    }

    [Fact]
    public void Safety_10_a_tail_that_is_not_the_leaders_is_not_taken_for_committed()
    {
        var (run, push) = TruncationLostByACrash(committed: true);
        Assert.True(((Push)push.Message).Committed > ((Push)push.Message).Previous.Index);
        push.Deliver();
        run.Let(0.01);
        var read = run.Ask(new Read(0, 10, mode: ReadMode.Local), "n0");
        Assert.Equal(0, Assert.IsType<ReadResult.Entries>(run.Answer(read)).CommittedIndex);
        run.EndsWell();
    }

    [Fact]
    public void Safety_15_figure_8_of_the_Raft_paper_a_batch_of_an_older_term_on_a_quorum_is_not_committed_by_that()
    {
        var run = new Scenario(5, "batch-bytes-max = 1024");
        run.StartLedBy("n0");
        run.Commit("n0");
        run.Until("all have all", () => run.Ids.All(id => run.TailOf(id) == run.TailOf("n0")));
        var common = run.TailOf("n0").Index;

        // (a) n0 gets a batch to n1 only. It fills a push of its own, so that later it travels without what follows it.
        var notToAll = run.Network.Withhold(letter => letter is { Message: Push { Batches.Count: > 0 }, From.Node: "n0" } && letter.To.Node != "n1");
        run.Ask(new AppendMany(FullBatch(run, 1024)), "n0");
        run.Until("n0 and n1 have it on disk", () => new[] { "n0", "n1" }.All(id => run.TailOf(id).Index == common.Next && run.HasFlushedAll(id)));
        var disputed = run.Disk("n0").BatchAt(LedgerCluster.Group, common.Next)!;

        // (b) n4 leads with the votes of n2 and n3, and has another batch in that place, on its own disk alone.
        run.PowerFails("n0");
        notToAll.Dispose();
        var ofN4 = run.Network.Withhold(letter => letter is { Message: Push { Batches.Count: > 0 }, From.Node: "n4" });
        run.Elect("n4");
        run.Until("n4 has it on disk", () => run.TailOf("n4").Index == common.Next && run.HasFlushedAll("n4"));

        // (c) n0 leads again and brings its batch to n2, which makes a quorum; nothing of its new term gets anywhere.
        run.PowerFails("n4");
        ofN4.Dispose();
        run.Restart("n0");
        var ofNewTerm = run.Network.Withhold(letter => letter.Message is Push { Batches.Count: > 0 } push && letter.From.Node == "n0"
            && (push.Batches[^1].Term > disputed.Term || letter.To.Node == "n3"));
        run.Elect("n0");
        var acks = run.Network.Copy(letter => letter is { Message: PushAck, From.Node: "n2" });
        run.Until("n2 acks the batch", () => acks.Letters.Any(letter => ((PushAck)letter.Message).Flushed == disputed.Index));
        run.Let(0.2);
        run.Expect(
            run.Disk("n2").IsFlushed(LedgerCluster.Group, disputed.Point) && run.Disk("n1").IsFlushed(LedgerCluster.Group, disputed.Point),
            "it is on a quorum of disks");
        run.Expect(run.Cluster.Safety.Committed.Last < disputed.Index, "nobody takes it for committed");
        Assert.True(run.StatusOf("n0").CommittedIndex < disputed.FirstEntry.Value);

        // (d) n4 may lead again, and its batch takes that place.
        run.PowerFails("n0");
        ofNewTerm.Dispose();
        run.Restart("n4");
        run.Elect("n4");
        run.Commit("n4");
        run.Expect(run.Cluster.Safety.Committed.Batches[(int)common.Value].Term > disputed.Term, "the other batch is committed in its place");
        run.EndsWell();
    }

    [Fact]
    public void Raft_5_4_1_a_candidate_with_a_stale_log_never_leads()
    {
        var run = new Scenario(3);
        run.StartLedBy("n0");
        run.Commit("n0", 2);
        run.CutOff("n2");
        run.Commit("n0", 3);
        run.PowerFails("n0");
        run.Network.Heal();
        var others = run.Network.Withhold(letter => letter.Message is PreVoteRequest && letter.From.Node != "n2");
        run.Never("n2 leads", () => run.Leader == "n2", 10);
        others.Dispose();
        run.Until("n1 leads", () => run.Leader == "n1");
        run.EndsWell();
    }

    /// <summary>As many bodies of the workload as fit, each with the four bytes of its length.</summary>
    private static List<ReadOnlyMemory<byte>> FullBatch(Scenario run, int bytesMax)
    {
        List<ReadOnlyMemory<byte>> bodies = [];
        for (var body = run.Workload.NextAppend().Body; (bytesMax -= body.Length + 4) >= 0; body = run.Workload.NextAppend().Body) bodies.Add(body);
        return bodies;
    }

    /// <summary>
    /// n0 was cut off as leader of term 1 with three batches on its disk that nobody else has; n1 leads term 2 and has other ones there. n0 cuts its
    /// tail on n1's order and says so, and loses power before the cut is synced: its old tail is back. What comes first to it then, in the same term,
    /// is the empty push that followed the cut.
    /// </summary>
    private static (Scenario Run, SimLetter Push) TruncationLostByACrash(bool committed)
    {
        var run = new Scenario(3);
        run.StartLedBy("n0");
        run.Commit("n0");
        run.Until("all have all", () => run.Ids.All(id => run.TailOf(id) == run.TailOf("n0")));
        var common = run.TailOf("n0");
        run.CutOff("n0");
        for (var i = 0; i < 3; i++)
        {
            var before = run.TailOf("n0");
            run.Append("n0");
            run.Until("n0 has it on disk", () => run.TailOf("n0") != before && run.HasFlushedAll("n0"));
        }

        run.Elect("n1");
        run.Commit("n1");
        var toN2 = run.Network.Withhold(letter => !committed && letter is { Message: Push { Batches.Count: > 0 }, To.Node: "n2" });
        for (var i = 0; i < 4; i++)
        {
            var before = run.TailOf("n1");
            var request = run.Append("n1");
            run.Until("n1 has it", () => run.TailOf("n1") != before);
            if (committed) run.Committed(request);
        }

        var told = run.Network.Copy(letter => letter is { Message: Truncated { Done: true }, From.Node: "n0" });
        var pushes = run.Network.Withhold(letter => letter is { Message: Push, From.Node: "n1", To.Node: "n0" });
        run.Network.Heal();
        run.Until("n0 says that it has cut its tail", () => told.Letters.Count > 0);
        run.PowerFails("n0");
        run.Until("n1 goes on behind the cut", () => pushes.Letters.Any(letter => ((Push)letter.Message).Previous == common.Point));
        var next = pushes.Letters.First(letter => ((Push)letter.Message).Previous == common.Point);
        Assert.Empty(((Push)next.Message).Batches);
        run.Restart("n0");
        run.Until("n0 is there", () => run.Cluster.IsStarted("n0"));
        run.Let(0.005);
        run.Expect(
            run.TailOf("n0").Index.Value == common.Index.Value + 3 && run.TermOf("n0") == run.TermOf("n1"),
            "n0 has its old tail again, in the same term");
        pushes.Dispose();
        toN2.Dispose();
        return (run, next);
    }
}
