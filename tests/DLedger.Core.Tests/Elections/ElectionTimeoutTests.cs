using Xunit;

namespace DLedger.Core.Tests.Elections;

/// <summary>When an election begins (Raft 5.2): to the millisecond, with a drawn timeout of 400 ms and a tick every 50.</summary>
public sealed class ElectionTimeoutTests
{
    private static readonly Term Four = new(4);
    private static readonly Term Five = new(5);
    private static readonly LogPoint Tail = ElectionBench.DefaultTail;

    [Fact]
    public void A_member_that_starts_waits_a_whole_election_timeout()
    {
        var bench = new ElectionBench(ElectionBench.OnDisk(0));
        bench.Election.Start();
        bench.Fenced(Term.None, LogPoint.Origin);
        bench.Forget();
        AssertNextElectionIn400Ms(bench);
    }

    [Fact]
    public void The_first_heartbeat_of_a_leader_begins_the_timeout_anew()
    {
        var bench = ElectionBench.Follower();
        bench.Run(200);
        bench.Election.HeartbeatArrived("b", Four, 1, bench.Now);
        AssertNextElectionIn400Ms(bench, "follow none in 4");
    }

    [Fact]
    public void A_vote_given_begins_the_timeout_anew()
    {
        var bench = ElectionBench.Follower();
        bench.Run(200);
        bench.Election.VoteRequested("b", Four, Tail, transfer: false, bench.Now);
        bench.Election.Saved();
        AssertNextElectionIn400Ms(bench);
    }

    [Fact]
    public void A_vote_refused_does_not_begin_the_timeout_anew()
    {
        var bench = ElectionBench.Follower();
        bench.Run(200);
        bench.Election.VoteRequested("b", Four, LogPoint.Origin, transfer: false, bench.Now);
        bench.Forget();
        bench.Run(200);
        Assert.Equal(["ask tail"], bench.Did());
    }

    [Fact]
    public void A_higher_term_begins_the_timeout_anew()
    {
        var bench = ElectionBench.Follower();
        bench.Run(200);
        bench.Election.HigherTermSeen(Five);
        bench.Election.Saved();
        bench.Fenced(Five, Tail);
        AssertNextElectionIn400Ms(bench);
    }

    [Fact]
    public void A_candidates_timeout_begins_with_its_term()
    {
        var bench = ElectionBench.PreCandidate();
        bench.Run(200);
        bench.Election.PreVoteReplied("b", Four, Five, granted: true, bench.Now);
        bench.Election.Saved();
        bench.Fenced(Five, Tail);
        AssertNextElectionIn400Ms(bench);
    }

    [Fact]
    public void Safety_24_a_disk_that_is_well_again_begins_the_timeout_anew()
    {
        var bench = ElectionBench.Follower();
        bench.Election.StoreHealth(healthy: false, bench.Now);
        bench.Run(200);
        bench.Election.StoreHealth(healthy: true, bench.Now);
        AssertNextElectionIn400Ms(bench);
    }

    [Fact]
    public void A_leader_that_steps_down_waits_a_timeout_before_it_tries_again()
    {
        var bench = ElectionBench.Leader();
        bench.Run(200);
        bench.Election.StoreHealth(healthy: false, bench.Now);
        bench.Election.StoreHealth(healthy: true, bench.Now);
        AssertNextElectionIn400Ms(bench);
    }

    [Theory]
    [InlineData(399, true)]
    [InlineData(400, false)]
    public void Four_heartbeats_without_a_tick_are_a_pause_of_the_process_and_start_no_election(int milliseconds, bool startsElection)
    {
        var bench = ElectionBench.Follower();
        bench.NextTimeout = TimeSpan.FromMilliseconds(390);
        bench.Election.HeartbeatArrived("b", Four, 1, bench.Now);
        bench.Forget();
        bench.Pass(milliseconds);
        bench.Election.Tick(bench.Now);
        Assert.Equal(startsElection ? ["follow none in 4", "ask tail"] : [], bench.Did());
    }

    private static void AssertNextElectionIn400Ms(ElectionBench bench, params string[] before)
    {
        bench.Forget();
        bench.Run(350);
        Assert.Empty(bench.Did());
        bench.Run(50);
        Assert.Equal([.. before, "ask tail"], bench.Did());
    }
}
