using DLedger.Core;

namespace DLedger.Simulation.Tests;

/// <summary>Members that are started with other peers than their data was founded with.</summary>
public sealed class FoundersTests
{
    private const string Slow = "election-timeout-min = 3s \n election-timeout-max = 6s";
    private const string Accepting = "accept-new-peers = on";

    [Theory]
    [InlineData("n0", "n0 n1 n2", "")] // a group of one grows at once: those without data are a quorum
    [InlineData("n0", "n0 n1", "")]
    [InlineData("n0 n1 n2", "n0", "")] // one of three alone
    [InlineData("n0 n1 n2", "n0 n1", "")]
    [InlineData("n0 n1 n2", "n0 n3 n4", "")] // two are exchanged
    [InlineData("n0 n1 n2", "n0 n1 n3", "")]
    [InlineData("n0 n1 n2", "n0 n1 n2 n3 n4", "n2")] // three of five that were never there, or are slow
    [InlineData("n0 n1 n2", "n0 n3", "")]
    public void No_acknowledged_entry_is_lost_by_a_change_of_peers(string before, string after, string down)
    {
        var run = Run(before);
        var has = before.Split(' ');
        var tails = has.ToDictionary(id => id, run.TailOf);
        StartWith(run, after.Split(' ').Except(down.Split(' ')), after, hocon: id => has.Contains(id) ? Slow : "");
        var leaders = run.Cluster.Safety.LeadersSeen;
        run.Never("somebody leads", () => run.Cluster.Safety.LeadersSeen > leaders, 30);
        foreach (var id in has) Assert.Equal(tails[id], run.TailOf(id));
        foreach (var id in after.Split(' ').Except(down.Split(' ')))
        {
            var problem = run.StatusOf(id).Problem;
            Assert.NotNull(problem);
            if (has.Contains(id)) Assert.Contains("--accept-new-peers", problem, StringComparison.Ordinal);
            else Assert.Matches("the data of n0|not met yet", problem);
        }

        // With the old peers it goes on as if nothing had happened.
        Stop(run);
        run.Sim.Members = has.Length;
        StartWith(run, has, before);
        run.CommitsAgain();
    }

    [Theory]
    [InlineData("n0", "n0 n1 n2")]
    [InlineData("n0", "n0 n1")]
    [InlineData("n0 n1 n2", "n0 n1 n3")]
    [InlineData("n0 n1 n2", "n0 n1")]
    [InlineData("n0 n1 n2", "n0 n1 n2 n3 n4")]
    [InlineData("n0 n1 n2 n3 n4", "n0 n1 n2")]
    [InlineData("n0 n1", "n1")]
    public void A_change_that_all_who_stay_accept_keeps_every_acknowledged_entry(string before, string after)
    {
        var run = Run(before);
        var committed = run.Cluster.Safety.Committed.Last;
        var members = after.Split(' ');
        run.Sim.Members = members.Length;
        StartWith(run, members, after, hocon: id => before.Split(' ').Contains(id) ? $"{Accepting} \n {Slow}" : "");
        run.CommitsAgain(60);
        run.Until("all have all", () => members.All(id => run.TailOf(id) == run.TailOf(members[0]) && run.TailOf(id).Index > committed), 30);
        foreach (var id in members)
        {
            run.UntilStatus(id, status => status.Problem is null, 60);
            run.Cluster.Safety.Check(() => run.Cluster.Safety.Committed.Claim(id, run.Cluster.Safety.Committed.Last));
        }

        run.Let(0.1); // a broken promise that a check has noted fails the next step

        // From now on these are its members, without being told again.
        Stop(run);
        StartWith(run, members, after);
        run.CommitsAgain(30);
    }

    [Theory]
    [InlineData("n0 n1 n2", "n0", "leave at once")]
    [InlineData("n0 n1 n2", "n0 n3 n4", "leave at once")]
    public void A_change_that_could_lose_something_is_not_accepted(string before, string after, string why)
    {
        var run = Run(before);
        StartWith(run, after.Split(' '), after, hocon: _ => Accepting);
        var leaders = run.Cluster.Safety.LeadersSeen;
        run.Never("somebody leads", () => run.Cluster.Safety.LeadersSeen > leaders, 20);
        Assert.Contains(why, run.StatusOf("n0").Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_waits_for_a_member_that_stays_and_lacks_something()
    {
        var run = Run("n0 n1 n2", lacks: "n1");
        StartWith(run, ["n0", "n1", "n3"], "n0 n1 n3", hocon: _ => Accepting);
        var leaders = run.Cluster.Safety.LeadersSeen;
        run.Never("somebody leads", () => run.Cluster.Safety.LeadersSeen > leaders, 20);
        foreach (var id in new[] { "n0", "n1" }) Assert.Contains("the log of ", run.StatusOf(id).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_replaced_before_the_group_has_met_blocks_nobody()
    {
        // n2 is met by both and answers neither; then its folder is replaced.
        var run = new Scenario(3);
        var ofN2 = run.Network.Withhold(
            letter =>
                letter is { From.Node: "n2", Message: Protocol.HelloReply } reply && ((Protocol.HelloReply)reply.Message).Greeting.Known.Count > 1);
        run.Sim.StartAll();
        run.Until("n0 and n1 know n2", () => new[] { "n0", "n1" }.All(id => run.Disk(id).SavedState(LedgerCluster.Group).Peers.Count == 2));
        run.Never("somebody leads", () => run.Cluster.Safety.LeadersSeen > 0, 3);
        run.PowerFails("n2");
        run.Disk("n2").Wipe(beforeFounding: true);
        ofN2.Dispose();
        run.Restart("n2");
        run.CommitsAgain();
        run.PowerFails(run.Leader!);
        run.CommitsAgain();
    }

    /// <summary>A group with a few entries, all of it stopped.</summary>
    private static Scenario Run(string members, string? lacks = null)
    {
        var run = new Scenario(5);
        var ids = members.Split(' ');
        run.Sim.Members = ids.Length;
        StartWith(run, ids, members);
        run.CommitsAgain();
        var leader = run.Leader!;
        if (leader == lacks)
        {
            run.PowerFails(leader);
            run.CommitsAgain();
            run.Restart(leader);
            leader = run.Leader!;
        }

        run.Until("all have all", () => ids.All(id => run.TailOf(id) == run.TailOf(leader) && run.HasFlushedAll(id)));
        if (lacks is not null) run.PowerFails(lacks);
        run.Commit(leader, 4);
        run.Until("all have all", () => ids.All(id => id == lacks || (run.TailOf(id) == run.TailOf(leader) && run.HasFlushedAll(id))));
        Stop(run);
        return run;
    }

    private static void Stop(Scenario run) => run.PowerFails([.. run.Sim.Up]);

    private static void StartWith(Scenario run, IEnumerable<string> ids, string peers, Func<string, string>? hocon = null)
    {
        foreach (var id in ids)
        {
            run.Cluster.PeersOf[id] = peers.Split(' ');
            run.Cluster.HoconOf[id] = hocon?.Invoke(id) ?? "";
            run.Restart(id);
        }

        foreach (var id in ids) run.Until($"{id} is there", () => run.Cluster.IsStarted(id));
    }
}
