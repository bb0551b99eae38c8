using DLedger.Core;
using DLedger.Node;
using DLedger.Protocol;

namespace DLedger.Simulation.Tests;

/// <summary>What must go on, or come to an end, whatever else goes wrong.</summary>
public sealed class LivenessTests
{
    [Theory]
    [InlineData("nothing")]
    [InlineData("no quorum")]
    [InlineData("the followers' disks hang")]
    [InlineData("a transfer is under way")]
    [InlineData("it is stopped twice")]
    public void Peers_15_a_leader_that_is_told_to_stop_does_and_answers_everybody(string trouble)
    {
        for (ulong course = 1; course <= 10; course++)
        {
            var run = new Scenario(3, course: course);
            run.StartLedBy("n0");
            run.Commit("n0", 3);
            List<Request> requests = [];
            for (var i = 0; i < 20; i++) requests.Add(run.Append("n0"));
            switch (trouble)
            {
                case "no quorum":
                    run.CutOff("n0");
                    break;
                case "the followers' disks hang":
                    run.Disk("n1").Stall(true);
                    run.Disk("n2").Stall(true);
                    break;
                case "a transfer is under way":
                    requests.Add(run.Ask(new TransferLeadership("n1"), "n0"));
                    break;
                default:
                    break;
            }

            run.Let(0.001);
            for (var i = 0; i < 20; i++) requests.Add(run.Append("n0"));
            requests.Add(run.Ask(new Read(0, 5), "n0"));
            var stopped = Stop(run, "n0");
            if (trouble == "it is stopped twice")
            {
                var again = Stop(run, "n0");
                run.Until("the second asker is answered, too", () => again() is not null);
            }

            run.Until("n0 has stopped", () => stopped() is not null);
            Assert.True(Assert.IsType<GroupStopped>(stopped()).Result.IsClean);
            run.Let(0.01);
            foreach (var request in requests) run.Expect(request.Answer is not null, $"{request} is answered");
            run.PowerFails("n0");
            run.EndsWell();
        }
    }

    [Fact]
    public void Peers_15_one_slow_follower_slows_no_commit()
    {
        var run = new Scenario(3);
        run.StartLedBy("n0");
        run.Disk("n2").Stall(true);
        run.Network.SetLink("n0", "n2", new SimLink(TimeSpan.FromMilliseconds(400), TimeSpan.FromMilliseconds(500)));
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < 500; i++)
        {
            var since = run.World.Now;
            run.Commit("n0");
            if (run.World.Now - since > slowest) slowest = run.World.Now - since;
        }

        // Of the virtual clock: a sync here, one on n1, and the way there and back.
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
        run.Network.SetLink("n0", "n2", null);
        run.EndsWell();
    }

    [Fact]
    public void Peers_15_a_slow_minority_of_five_slows_no_commit_and_no_election()
    {
        var run = new Scenario(5);
        run.StartLedBy("n0");
        run.Commit("n0", 10);
        foreach (var slow in new[] { "n3", "n4" })
        {
            run.Disk(slow).SyncLeast = run.Disk(slow).SyncMost = TimeSpan.FromMilliseconds(60);
            foreach (var other in run.Ids)
                run.Network.SetLink(slow, other, new SimLink(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(25)));
        }

        run.Commit("n0", 200);
        run.PowerFails("n0");
        run.CommitsAgain(5);
        run.EndsWell();
    }

    [Fact]
    public void Peers_15_transfers_under_load_lose_no_append_and_leave_no_outcome_unknown()
    {
        for (ulong course = 1; course <= 5; course++)
        {
            var run = new Scenario(3, course: course);
            run.StartLedBy("n0");
            for (var round = 0; round < 6; round++)
            {
                run.Until("the leader takes appends", () => run.IsLeading(run.Leader!));
                var (from, to) = (run.Leader!, run.Ids[(round + 1) % run.Ids.Count]);
                run.Commit(from);
                List<Request> appends = [];
                Request? transfer = null;
                for (var i = 0; i < 100; i++)
                {
                    appends.Add(run.Append(from));
                    if (i == 50) transfer = run.Ask(new TransferLeadership(to), from);
                    run.Let(0.0002);
                }

                var done = Assert.IsType<TransferResult.Transferred>(run.Answer(transfer!));
                Assert.Equal((to, to), (done.Leader, run.Leader));
                foreach (var append in appends)
                    run.Expect(run.Answer(append) is AppendResult.Committed or AppendResult.Rejected, $"{append} has an outcome: {append.Answer}");

                // The last ones before it may still be on their way to the log when the transfer stops appends.
                var refused = appends.Take(45).FirstOrDefault(append => append.Answer is not AppendResult.Committed);
                run.Expect(refused is null, $"what came before the transfer is committed: {refused}, {refused?.Answer}");
            }

            run.EndsWell();
        }
    }

    [Fact]
    public void Peers_15_what_lost_leaders_owed_takes_no_room_from_later_appends()
    {
        const int Most = 8;
        var run = new Scenario(3, $"pending-entries-max = {Most}");
        run.StartLedBy("n0");
        for (var round = 0; round < 10; round++)
        {
            // All the room there is, and none of it can be committed.
            run.CutOff("n0");
            FillTheRoom(run, "n0", Most);
            run.UntilStatus("n0", status => status.Role != MemberRole.Leader);
            run.Network.Heal();
            run.CommitsAgain();
            if (run.Leader != "n0") Assert.IsType<TransferResult.Transferred>(run.Answer(run.Ask(new TransferLeadership("n0"), run.Leader!)));
            run.Until("n0 leads again", () => run.IsLeading("n0"));
            run.Commit("n0");
            foreach (var append in Enumerable.Range(0, Most).Select(_ => run.Append("n0")).ToArray()) run.Committed(append);
        }

        run.EndsWell();
    }

    [Fact]
    public void Peers_15_an_append_that_takes_too_long_is_unknown_in_time_and_gives_its_room_back_when_it_is_committed()
    {
        const int Most = 8;
        var run = new Scenario(3, $"pending-entries-max = {Most}");
        run.StartLedBy("n0");
        run.Commit("n0");
        var toAll = run.Network.Withhold(letter => letter.Message is Push { Batches.Count: > 0 });
        foreach (var append in FillTheRoom(run, "n0", Most)) Assert.Equal(new AppendResult.Unknown(UnknownReason.TimedOut), run.Answer(append));
        Assert.Equal(RejectReason.Busy, Assert.IsType<AppendResult.Rejected>(run.Answer(run.Append("n0"))).Reason);
        toAll.Dispose();
        run.Until("what took too long is committed all the same", () => run.Cluster.Safety.Committed.NextEntry.Value > Most);
        run.Let(0.01);
        foreach (var append in Enumerable.Range(0, Most).Select(_ => run.Append("n0")).ToArray()) run.Committed(append);
        Assert.Equal("n0", run.Leader);
        run.EndsWell();
    }

    private static Request[] FillTheRoom(Scenario run, string leader, int entries)
    {
        Request[] appends = [.. Enumerable.Range(0, entries).Select(_ => run.Append(leader))];
        var extra = run.Append(leader);
        Assert.Equal(RejectReason.Busy, Assert.IsType<AppendResult.Rejected>(run.Answer(extra)).Reason);
        return appends;
    }

    private static Func<object?> Stop(Scenario run, string id)
    {
        object? answer = null;
        var system = run.Sim.Node(id).System!;
        system.ActorSelection($"/user/{GroupsActor.Name}")
            .Tell(new GroupsActor.StopGroup(LedgerCluster.Group), new AnswerRef(system, "stopper", said => answer = said));
        return () => answer;
    }
}
