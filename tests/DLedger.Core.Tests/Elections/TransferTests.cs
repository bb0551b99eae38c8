using Xunit;

namespace DLedger.Core.Tests.Elections;

/// <summary>Handing leadership over (thesis 3.10), when asked and to a preferred leader.</summary>
public sealed class TransferTests
{
    private static readonly Term Five = new(5);
    private static readonly Term Six = new(6);

    [Fact]
    public void A_transfer_holds_appends_until_the_peer_has_all_and_then_lets_it_campaign_at_once()
    {
        var bench = ElectionBench.Leader();
        bench.Election.TransferRequested(1, "b", bench.Now);
        Assert.Equal(["hold for b in 5"], bench.Did());
        bench.Election.TransferReady(Five, "b", bench.Now);
        Assert.Equal(["b: timeout now in 5"], bench.Did());
    }

    [Fact]
    public void A_transfer_ends_when_the_new_leader_is_heard()
    {
        var bench = ElectionBench.Leader();
        bench.Election.TransferRequested(1, "b", bench.Now);
        bench.Forget();
        bench.Election.HeartbeatArrived("b", Six, 1, bench.Now);
        bench.Election.Saved();
        bench.Fenced(Six, ElectionBench.DefaultTail);
        Assert.Equal(["save 6 voted none", "fence 6", "follow b in 6", "answer 1: b leads in 6", "b: heard 1 in 6"], bench.Did());
    }

    [Fact]
    public void A_transfer_that_another_member_won_says_so()
    {
        var bench = ElectionBench.Leader();
        bench.Election.TransferRequested(1, "b", bench.Now);
        bench.Election.HeartbeatArrived("c", Six, 1, bench.Now);
        bench.Election.Saved();
        bench.Fenced(Six, ElectionBench.DefaultTail);
        Assert.Contains("answer 1: c was elected instead of b", bench.Did());
    }

    [Fact]
    public void A_transfer_whose_messages_are_lost_is_given_up_and_appends_go_on()
    {
        var bench = ElectionBench.Leader();
        bench.Election.TransferRequested(1, "b", bench.Now);
        bench.Forget();
        bench.Run(1_200, () =>
        {
            bench.LogAnswers();
            bench.Answers("c");
        });
        Assert.Equal(["resume in 5", "answer 1: b did not catch up and take over in time"], bench.DidRarely());
    }

    [Fact]
    public void A_transfer_ends_too_when_leadership_is_lost_and_nobody_follows()
    {
        var bench = ElectionBench.Leader();
        bench.Election.TransferRequested(1, "b", bench.Now);
        bench.Election.StoreHealth(healthy: false, bench.Now);
        bench.Forget();
        bench.Run(1_200);
        Assert.Equal(["answer 1: no new leader was heard of in time"], bench.Did());
    }

    [Fact]
    public void The_target_of_a_transfer_campaigns_without_pre_vote_and_past_stickiness()
    {
        var bench = ElectionBench.FollowerOf("b");
        bench.Election.TimeoutNowArrived("b", new Term(4), bench.Now);
        bench.Election.Saved();
        bench.Fenced(Five, ElectionBench.DefaultTail);
        Assert.Equal(
            ["save 5 voted a", "fence 5", "b: vote? 5 with (10, term 4) by transfer", "c: vote? 5 with (10, term 4) by transfer"], bench.Did());
    }

    [Fact]
    public void The_flag_of_a_transfer_does_not_stick_to_the_next_election()
    {
        var bench = ElectionBench.FollowerOf("b");
        bench.Election.TimeoutNowArrived("b", new Term(4), bench.Now);
        bench.Election.Saved();
        bench.Fenced(Five, ElectionBench.DefaultTail);
        bench.TimeOut();
        bench.TailIs(ElectionBench.DefaultTail);
        bench.Election.PreVoteReplied("c", Five, Six, granted: true, bench.Now);
        bench.Election.Saved();
        bench.Forget();
        bench.Fenced(Six, ElectionBench.DefaultTail);
        Assert.Equal(["b: vote? 6 with (10, term 4)", "c: vote? 6 with (10, term 4)"], bench.Did());
    }

    [Fact]
    public void Only_the_leader_of_this_term_can_ask_for_a_campaign()
    {
        var bench = ElectionBench.FollowerOf("b");
        bench.Election.TimeoutNowArrived("c", new Term(4), bench.Now);
        bench.Election.TimeoutNowArrived("b", new Term(3), bench.Now);
        Assert.Empty(bench.Did());
    }

    [Fact]
    public void A_leader_lets_itself_be_deposed_by_the_vote_of_its_transfer()
    {
        var bench = ElectionBench.Leader();
        bench.Election.TransferRequested(1, "b", bench.Now);
        bench.Forget();
        bench.Election.VoteRequested("b", Six, ElectionBench.DefaultTail, transfer: true, bench.Now);
        bench.Election.Saved();
        bench.Fenced(Six, ElectionBench.DefaultTail);
        bench.Election.Saved();
        Assert.Equal(["save 6 voted none", "fence 6", "save 6 voted b", "b: vote 6 granted in 6"], bench.Did());
    }

    [Fact]
    public void A_transfer_is_refused_with_the_reason()
    {
        var bench = ElectionBench.Leader();
        bench.Election.TransferRequested(1, "a", bench.Now);
        bench.Election.TransferRequested(2, "x", bench.Now);
        bench.Answers("c", ElectionBench.GreetingOf("abc", isFounded: false), folder: 2);
        bench.Election.TransferRequested(3, "c", bench.Now);
        bench.Election.HeartbeatReplied("b", Five, 1, healthy: false, bench.Now);
        bench.Election.TransferRequested(4, "b", bench.Now);
        Assert.Equal(
            [
                "answer 1: a leads already",
                "answer 2: no x",
                "answer 3: c came back with another data folder and may not lead",
                "answer 4: the disk of b stalls or is full",
            ],
            bench.Did());
    }

    [Fact]
    public void Who_does_not_lead_says_who_does_whatever_the_name()
    {
        var bench = ElectionBench.FollowerOf("b");
        bench.Election.TransferRequested(1, "x", bench.Now);
        Assert.Equal(["answer 1: b leads"], bench.Did());
        bench = ElectionBench.Follower();
        bench.Election.TransferRequested(2, "c", bench.Now);
        Assert.Equal(["answer 2: nobody leads"], bench.Did());
    }

    [Fact]
    public void A_second_transfer_waits_its_turn_and_the_first_gets_the_answer()
    {
        var bench = ElectionBench.Leader();
        bench.Election.TransferRequested(1, "b", bench.Now);
        bench.Election.TransferRequested(2, "c", bench.Now);
        Assert.Equal(["hold for b in 5", "answer 2: a transfer to b is under way"], bench.Did());
        bench.Election.HeartbeatArrived("b", Six, 1, bench.Now);
        bench.Election.Saved();
        bench.Fenced(Six, ElectionBench.DefaultTail);
        Assert.Contains("answer 1: b leads in 6", bench.Did());
    }

    [Fact]
    public void Before_a_stop_the_preferred_of_the_healthy_members_gets_it()
    {
        var bench = ElectionBench.Leader(preferred: ["c"]);
        bench.Election.HandOverRequested(bench.Now);
        Assert.Equal(["hold for c in 5"], bench.Did());
        bench.Election.HeartbeatArrived("c", Six, 1, bench.Now);
        bench.Election.Saved();
        bench.Fenced(Six, ElectionBench.DefaultTail);
        Assert.Equal(["save 6 voted none", "fence 6", "follow c in 6", "handed over", "c: heard 1 in 6"], bench.Did());
    }

    [Fact]
    public void A_stop_tries_one_peer_after_the_other_waits_no_longer_than_a_transfer_may_last_and_takes_no_more_appends()
    {
        var bench = ElectionBench.Leader();
        bench.Election.HandOverRequested(bench.Now);
        Assert.Equal(["hold for b in 5"], bench.Did());
        void Alive()
        {
            bench.LogAnswers();
            bench.Answers("b");
            bench.Answers("c");
        }

        bench.Run(1_150, Alive);
        Assert.Equal(["hold for c in 5", "hold for b in 5", "hold for c in 5"], bench.DidRarely());

        // Who started a moment ago does not campaign, and may do so now.
        bench.Election.TransferReady(Five, "b", bench.Now);
        Assert.Empty(bench.DidRarely());
        bench.Election.TransferReady(Five, "c", bench.Now);
        Assert.Equal(["c: timeout now in 5"], bench.DidRarely());
        bench.Run(50, Alive);
        Assert.Equal(["handed over"], bench.DidRarely());
        bench.Run(1_200, Alive);
        Assert.Empty(bench.DidRarely());
    }

    [Fact]
    public void A_stop_tries_the_steady_before_the_others()
    {
        var bench = ElectionBench.Leader();
        bench.Run(700, () =>
        {
            bench.LogAnswers();
            bench.Answers("c");
            bench.Election.BulkHeard("b", Five, bench.Now);
        });
        bench.Answers("b");
        bench.Forget();
        bench.Election.HandOverRequested(bench.Now);
        Assert.Equal(["hold for c in 5"], bench.Did());
    }

    [Fact]
    public void Before_a_stop_everything_is_committed_even_if_nobody_can_take_over()
    {
        var ill = ElectionBench.Leader();
        foreach (var id in new[] { "b", "c" }) ill.Election.HeartbeatReplied(id, Five, 1, healthy: false, ill.Now);
        ill.Election.HandOverRequested(ill.Now);
        Assert.Equal(["hold for a in 5"], ill.Did());
        ill.Election.TransferReady(Five, "a", ill.Now);
        Assert.Equal(["handed over"], ill.Did());
    }

    [Fact]
    public void A_stop_waits_for_nothing_where_there_is_nothing_to_hand_over()
    {
        var follower = ElectionBench.FollowerOf("b");
        follower.Election.HandOverRequested(follower.Now);
        Assert.Equal(["handed over"], follower.Did());
    }

    [Fact]
    public void A_stop_during_a_transfer_waits_for_its_end()
    {
        var bench = ElectionBench.Leader();
        bench.Election.TransferRequested(1, "c", bench.Now);
        bench.Election.HandOverRequested(bench.Now);
        Assert.Equal(["hold for c in 5"], bench.Did());
        bench.Election.HeartbeatArrived("c", Six, 1, bench.Now);
        bench.Election.Saved();
        bench.Fenced(Six, ElectionBench.DefaultTail);
        Assert.Equal(
            ["save 6 voted none", "fence 6", "follow c in 6", "answer 1: c leads in 6", "handed over", "c: heard 1 in 6"], bench.Did());
    }

    [Fact]
    public void A_steady_preferred_member_that_lacks_little_is_handed_the_leadership_after_the_interval()
    {
        var bench = ElectionBench.Leader(preferred: ["c", "a"]);
        void Alive()
        {
            bench.LogAnswers();
            bench.Answers("b");
            bench.Answers("c");
        }

        bench.Run(29_950, Alive);
        Assert.Empty(bench.DidRarely());
        bench.Run(50, Alive);
        Assert.Equal(["lag of c? in 5"], bench.DidRarely());
        bench.Election.PeerLagIs(Five, "c", 17, bench.Now);
        Assert.Empty(bench.DidRarely());
        bench.Run(600, Alive);
        Assert.Equal(["lag of c? in 5"], bench.DidRarely());
        bench.Election.PeerLagIs(Five, "c", 16, bench.Now);
        Assert.Equal(["hold for c in 5"], bench.DidRarely());

        // It fails; not again before the interval is over.
        bench.Run(1_200, Alive);
        Assert.Equal(["resume in 5"], bench.DidRarely());
        bench.Run(28_750, Alive);
        Assert.Empty(bench.DidRarely());
        bench.Run(50, Alive);
        Assert.Equal(["lag of c? in 5"], bench.DidRarely());
    }

    [Fact]
    public void A_preferred_member_on_a_flapping_link_is_left_alone()
    {
        var bench = ElectionBench.Leader(preferred: ["c", "a"]);
        var since = bench.Now;
        bench.Run(120_000, () =>
        {
            bench.LogAnswers();
            bench.Answers("b");

            // There for a second, gone for longer than an election timeout, and again.
            if ((bench.Now - since).TotalMilliseconds % 1_700 < 1_000) bench.Answers("c");
        });
        Assert.Empty(bench.DidRarely());
    }

    [Fact]
    public void Nobody_is_preferred_to_a_leader_that_comes_first_in_the_list()
    {
        var bench = ElectionBench.Leader(preferred: ["a", "c"]);
        bench.Run(60_000, () =>
        {
            bench.LogAnswers();
            bench.Answers("b");
            bench.Answers("c");
        });
        Assert.Empty(bench.DidRarely());
    }
}
