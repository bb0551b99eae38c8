using Xunit;

namespace DLedger.Core.Tests.Elections;

/// <summary>Transfers at odd moments, and how long they last.</summary>
public sealed class HandoverTests
{
    private static readonly Term Four = new(4);
    private static readonly Term Five = new(5);
    private static readonly Term Six = new(6);
    private static readonly Term Seven = new(7);
    private static readonly LogPoint Tail = ElectionBench.DefaultTail;

    [Fact]
    public void The_member_that_is_named_gets_it_though_another_is_as_good()
    {
        var bench = ElectionBench.Leader();
        bench.Election.TransferRequested(1, "c", bench.Now);
        Assert.Equal(["hold for c in 5"], bench.Did());
    }

    [Fact]
    public void A_member_that_has_not_answered_for_an_election_timeout_does_not_get_it()
    {
        var bench = ElectionBench.Leader();
        bench.Run(600, () => AllAlive(bench, "b"));
        bench.Forget();
        bench.Election.TransferRequested(1, "c", bench.Now);
        Assert.Equal(["hold for c in 5"], bench.Did());

        bench = ElectionBench.Leader();
        bench.Run(650, () => AllAlive(bench, "b"));
        bench.Forget();
        bench.Election.TransferRequested(1, "c", bench.Now);
        Assert.Equal(["answer 1: c does not answer"], bench.Did());
    }

    [Fact]
    public void It_lasts_two_election_timeouts_and_no_longer()
    {
        var bench = ElectionBench.Leader();
        bench.Election.TransferRequested(1, "b", bench.Now);
        bench.Forget();
        bench.Run(1_150, () => AllAlive(bench, "c"));
        Assert.Empty(bench.DidRarely());
        bench.Run(50, () => AllAlive(bench, "c"));
        Assert.Equal(["resume in 5", "answer 1: b did not catch up and take over in time"], bench.DidRarely());
        bench.Election.TransferReady(Five, "b", bench.Now);
        Assert.Empty(bench.DidRarely());
    }

    [Fact]
    public void Only_the_peer_of_the_transfer_under_way_is_let_go()
    {
        var bench = ElectionBench.Leader();
        bench.Election.TransferReady(Five, "b", bench.Now);
        bench.Election.TransferRequested(1, "b", bench.Now);
        bench.Election.TransferReady(Four, "b", bench.Now);
        bench.Election.TransferReady(Five, "c", bench.Now);
        Assert.Equal(["hold for b in 5"], bench.Did());
        bench.Election.StoreHealth(healthy: false, bench.Now);
        bench.Forget();
        bench.Election.TransferReady(Five, "b", bench.Now);
        Assert.Empty(bench.Did());
    }

    [Fact]
    public void It_failed_when_the_old_leader_is_elected_again()
    {
        var bench = ElectionBench.Leader();
        bench.Election.TransferRequested(1, "b", bench.Now);
        LeadAgainInSeven(bench);
        Assert.Equal(["lead 7 trusting bc", "answer 1: a was elected instead of b", "b: heartbeat 7", "c: heartbeat 7"], bench.Did());
    }

    [Fact]
    public void One_that_nobody_asked_for_ends_without_an_answer()
    {
        var bench = ElectionBench.Leader(preferred: ["c"]);
        bench.Run(30_000, () => AllAlive(bench, "b", "c"));
        bench.Election.PeerLagIs(Five, "c", 0, bench.Now);
        Assert.Equal(["lag of c? in 5", "hold for c in 5"], bench.DidRarely());
        bench.Election.HeartbeatArrived("c", Six, 1, bench.Now);
        bench.Election.Saved();
        bench.Fenced(Six, Tail);
        Assert.Equal(["save 6 voted none", "fence 6", "follow c in 6", "c: heard 1 in 6"], bench.Did());
    }

    [Fact]
    public void Safety_24_a_member_whose_disk_is_ill_does_not_take_over()
    {
        var bench = ElectionBench.FollowerOf("b");
        bench.Election.StoreHealth(healthy: false, bench.Now);
        bench.Election.TimeoutNowArrived("b", Four, bench.Now);
        Assert.Empty(bench.Did());
    }

    [Fact]
    public void A_campaign_under_way_is_not_made_one_of_a_transfer()
    {
        var bench = ElectionBench.PreCandidate();
        bench.Election.PreVoteReplied("c", Four, Five, granted: true, bench.Now);
        bench.Election.HeartbeatArrived("b", Four, 1, bench.Now);
        bench.Election.TimeoutNowArrived("b", Four, bench.Now);
        bench.Election.Saved();
        bench.Forget();
        bench.Fenced(Five, Tail);
        Assert.Equal(["b: vote? 5 with (10, term 4)", "c: vote? 5 with (10, term 4)"], bench.Did());
    }

    [Fact]
    public void Nobody_is_preferred_while_a_transfer_is_under_way()
    {
        var bench = ElectionBench.Leader(preferred: ["c"]);
        bench.Run(29_950, () => AllAlive(bench, "b", "c"));
        bench.Election.TransferRequested(1, "b", bench.Now);
        bench.Forget();
        bench.Run(600, () => AllAlive(bench, "b", "c"));
        Assert.Empty(bench.DidRarely());
        bench.Election.PeerLagIs(Five, "c", 0, bench.Now);
        Assert.Empty(bench.DidRarely());
    }

    [Fact]
    public void Only_the_leader_hands_over_to_the_preferred_member_in_its_own_term()
    {
        var bench = ElectionBench.Leader(preferred: ["x", "c"]);
        bench.Run(30_000, () => AllAlive(bench, "b", "c"));
        Assert.Equal(["lag of c? in 5"], bench.DidRarely());
        bench.Election.PeerLagIs(Four, "c", 0, bench.Now);
        bench.Election.PeerLagIs(Five, "b", 0, bench.Now);
        Assert.Empty(bench.DidRarely());
        bench.Election.StoreHealth(healthy: false, bench.Now);
        bench.Forget();
        bench.Election.PeerLagIs(Five, "c", 0, bench.Now);
        Assert.Empty(bench.DidRarely());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_preferred_member_must_have_been_steady_and_healthy_for_three_election_timeouts(bool silent)
    {
        var bench = ElectionBench.Leader(preferred: ["c"]);
        bench.Run(30_000, () => AllAlive(bench, "b"));
        if (!silent) bench.Answers("c", healthy: false);
        bench.Answers("c");
        bench.Run(1_750, () => AllAlive(bench, "b", "c"));
        Assert.Empty(bench.DidRarely());
        bench.Run(50, () => AllAlive(bench, "b", "c"));
        Assert.Equal(["lag of c? in 5"], bench.DidRarely());
    }

    [Fact]
    public void A_preferred_member_that_answers_just_in_time_is_steady()
    {
        var bench = ElectionBench.Leader(preferred: ["c"]);
        var step = 0;
        bench.Run(30_000, () =>
        {
            AllAlive(bench, "b");
            if (++step % 12 == 0) bench.Answers("c"); // each 600 ms
        });
        Assert.Equal(["lag of c? in 5"], bench.DidRarely());
    }

    private static void AllAlive(ElectionBench bench, params string[] peers)
    {
        bench.LogAnswers();
        foreach (var peer in peers) bench.Answers(peer);
    }

    private static void LeadAgainInSeven(ElectionBench bench)
    {
        bench.Election.HigherTermSeen(Six);
        bench.Election.Saved();
        bench.Fenced(Six, Tail);
        bench.TimeOut();
        bench.TailIs(Tail);
        bench.Election.PreVoteReplied("c", Six, Seven, granted: true, bench.Now);
        bench.Election.Saved();
        bench.Fenced(Seven, Tail);
        bench.Forget();
        bench.Election.VoteReplied("c", Seven, Seven, granted: true, bench.Now);
    }
}
