using DLedger.Protocol;

namespace DLedger.Simulation.Tests;

/// <summary>
/// What slips in between a vote and what it was judged with. n0 leads the older term and does not yet know that it is over; n2 is elected; each time
/// one batch of n0 must not be committed beside n2. The moments are a few microseconds wide, so the messages are held back and delivered by hand.
/// </summary>
public sealed class MutantsFenceTests
{
    // Check-quorum lets n0 lead on for as long as the upper one, while stickiness ends after the lower one.
    private const string Timeouts = "election-timeout-min = 300ms \n election-timeout-max = 3s";

    [Fact]
    public void Safety_02_a_push_that_comes_after_the_vote_does_not_get_in()
    {
        var run = Started();
        using var fromN0 = run.Network.Withhold(letter => letter.From.Node == "n0");
        using var toN0 = run.Network.Withhold(letter => letter.To.Node == "n0" && letter.Message is not PushAck);
        using var votes = LetN1VoteForN2(run);
        var tail = run.TailOf("n1");
        DeliverPushesTo("n1", fromN0);
        run.Let(0.05);
        Assert.Equal(tail, run.TailOf("n1"));
        fromN0.Dispose();
        toN0.Dispose();
        LetN2Lead(run, votes);
        run.EndsWell();
    }

    [Fact]
    public void Safety_02_a_vote_is_judged_with_what_came_in_after_the_pre_vote()
    {
        var run = Started();
        using var heartbeats = run.Network.Withhold(letter => letter.From.Node == "n0" && letter.Message is Heartbeat);
        using var pushes = run.Network.Withhold(letter => letter.Message is Push { Batches.Count: > 0 });
        using var preVotes = run.Network.Withhold(letter => letter.From.Node == "n1" && letter.Message is PreVoteRequest);
        using var requests = run.Network.Withhold(letter => letter.Message is VoteRequest);
        run.Until("n2 asks for votes", () => requests.Letters.Count > 0);

        // n1 would have voted for n2 when it was asked before; since then it has got what n2 lacks.
        var append = run.Append("n0");
        run.Until("n0 pushes it", () => pushes.Letters.Count > 1);
        DeliverPushesTo("n1", pushes);
        run.Committed(append);
        var votes = run.Network.Copy(letter => letter.From.Node == "n1" && letter.Message is VoteReply);
        foreach (var request in requests.Letters.Where(letter => letter.To.Node == "n1")) request.Deliver();
        run.Until("n1 has judged n2", () => votes.Letters.Count > 0);
        Assert.DoesNotContain(votes.Letters, letter => letter.Message is VoteReply { Granted: true });
        votes.Dispose();
        heartbeats.Dispose();
        pushes.Dispose();
        preVotes.Dispose();
        requests.Dispose();
        run.EndsWell();
    }

    [Fact]
    public void Safety_02_a_leader_that_has_voted_closes_no_batch_of_its_own_term()
    {
        var run = Started();
        using var heartbeats = run.Network.Withhold(letter => letter.From.Node == "n0" && letter.Message is Heartbeat);
        using var preVotes = run.Network.Withhold(letter => letter.From.Node == "n1" && letter.Message is PreVoteRequest);
        using var requests = run.Network.Withhold(letter => letter.Message is VoteRequest);
        using var votes = run.Network.Withhold(letter => letter.From.Node == "n0" && letter.Message is VoteReply);
        run.Until("n2 asks for votes", () => requests.Letters.Count > 0);

        // What n2 answers to a push tells n0 of the new term; n1 hears nothing of it.
        var term = run.TermOf("n2");
        run.Until("n0 has saved the term of n2", () => run.TermOf("n0") == term);
        foreach (var request in requests.Letters.Where(letter => letter.To.Node == "n0")) request.Deliver();
        run.Until("n0 votes for n2", () => votes.Letters.Any(letter => letter.Message is VoteReply { Granted: true }));
        Assert.IsType<AppendResult.Rejected>(run.Answer(run.Append("n0")));
        heartbeats.Dispose();
        preVotes.Dispose();
        requests.Dispose();
        LetN2Lead(run, votes);
        run.EndsWell();
    }

    [Fact]
    public void Safety_18_a_read_that_comes_after_another_leader_has_committed_is_not_served_by_a_round_of_before()
    {
        var run = Started();
        using var replies = run.Network.Withhold(letter => letter is { To.Node: "n0", Message: HeartbeatReply });
        var before = run.Ask(new Read(0), "n0");
        run.Let(0.02);
        SimLetter[] ofItsRound = [.. replies.Letters];
        using var fromN0 = run.Network.Withhold(letter => letter.From.Node == "n0");
        using var toN0 = run.Network.Withhold(letter => letter.To.Node == "n0");
        run.Elect("n2");
        var committed = run.Committed(run.Append("n2"));
        var after = run.Ask(new Read(committed.Index), "n0");
        run.Let(0.01);
        foreach (var reply in ofItsRound) reply.Deliver();
        Assert.IsType<ReadResult.Entries>(run.Answer(before));
        run.Let(0.05);
        Assert.Null(after.Answer);
        replies.Dispose();
        fromN0.Dispose();
        toN0.Dispose();
        run.EndsWell();
    }

    [Fact]
    public void Safety_03_a_push_that_comes_after_the_vote_does_not_get_in_after_a_restart_either()
    {
        var run = Started();
        // They greet all the same: after its restart n1 takes a push of nobody that has not said who it is.
        using var fromN0 = run.Network.Withhold(letter => letter.From.Node == "n0" && letter.Message is not (Hello or HelloReply));
        using var toN0 = run.Network.Withhold(letter => letter.To.Node == "n0" && letter.Message is not (PushAck or Hello or HelloReply));
        using var votes = LetN1VoteForN2(run);
        run.PowerFails("n1");
        using var greetings = run.Network.Copy(letter => letter is { From.Node: "n0", To.Node: "n1", Message: HelloReply });
        run.Restart("n1");
        run.Until("n1 is there and n0 has said who it is", () => run.Cluster.IsStarted("n1") && greetings.Letters.Count > 0);
        var tail = run.TailOf("n1");
        run.Let(0.01);
        DeliverPushesTo("n1", fromN0);
        run.Let(0.05);
        Assert.Equal(tail, run.TailOf("n1"));
        fromN0.Dispose();
        toN0.Dispose();
        LetN2Lead(run, votes);
        run.EndsWell();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Safety_01_a_member_whose_save_failed_says_nothing_of_what_it_did_not_save(ulong seed)
    {
        // What a failed save leaves behind is left to chance, and so is who hears first that it failed.
        var run = Started(seed);
        using var preVotes = run.Network.Withhold(letter => letter.From.Node == "n1" && letter.Message is PreVoteRequest);
        run.PowerFails("n0");
        run.Disk("n1").FailNext(Scenario.InjectedFault);
        run.Until("n1 cannot save the term of n2", () => run.Disk("n1").HasFailed);
        run.Let(0.5);
        preVotes.Dispose();
        run.PowerFails("n1");
        run.Disk("n1").Repair();
        run.EndsWell();
    }

    private static Scenario Started(ulong seed = 1)
    {
        var run = new Scenario(3, Timeouts, seed);
        // n2 times out while n0 still leads, and before a client does.
        run.Sim.Node("n2").ClockRate = 3;
        run.StartLedBy("n0");
        run.Commit("n0");
        run.Until("all have the same", () => run.Ids.All(id => run.TailOf(id) == run.TailOf("n0")));
        run.Let(0.2);
        return run;
    }

    /// <summary>n0 takes an append that gets to nobody, n2 asks for votes, n1 gives its own, which does not arrive yet.</summary>
    private static SimTap LetN1VoteForN2(Scenario run)
    {
        run.Append("n0");
        using var preVotes = run.Network.Withhold(letter => letter.From.Node == "n1" && letter.Message is PreVoteRequest);
        var votes = run.Network.Withhold(letter => letter.From.Node == "n1" && letter.Message is VoteReply);
        run.Until("n1 votes for n2", () => votes.Letters.Any(letter => letter.Message is VoteReply { Granted: true }));
        return votes;
    }

    private static void DeliverPushesTo(string id, SimTap tap)
    {
        foreach (var letter in tap.Letters.Where(letter => letter.To.Node == id && letter.Message is Push { Batches.Count: > 0 })) letter.Deliver();
    }

    private static void LetN2Lead(Scenario run, SimTap votes)
    {
        foreach (var vote in votes.Letters) vote.Deliver();
        votes.Dispose();
        run.Until("n2 leads", () => run.Leader == "n2");
    }
}
