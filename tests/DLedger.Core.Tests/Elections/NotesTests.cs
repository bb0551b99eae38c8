using Xunit;

namespace DLedger.Core.Tests.Elections;

/// <summary>Each change of state leaves one line in the log; nothing else does.</summary>
public sealed class NotesTests
{
    private static readonly Term Four = new(4);
    private static readonly Term Five = new(5);
    private static readonly LogPoint Tail = ElectionBench.DefaultTail;

    [Fact]
    public void A_candidate_that_wins_and_loses_its_quorum()
    {
        var bench = ElectionBench.PreCandidate();
        bench.Election.PreVoteReplied("b", Four, Five, granted: true, bench.Now);
        bench.Election.Saved();
        bench.Fenced(Five, Tail);
        bench.Election.VoteReplied("b", Five, Five, granted: true, bench.Now);
        bench.Run(5_000, bench.LogAnswers);
        Assert.Equal(["Candidate in term 5", "Leader in term 5", "No longer leader in term 5: no quorum answers"], bench.Noted());
    }

    [Fact]
    public void A_leader_whose_log_is_silent() =>
        Assert.Equal(
            ["No longer leader in term 5: its log does not answer"],
            NotedBy(ElectionBench.Leader(), bench => bench.Run(650, () => bench.Answers("b"))));

    [Fact]
    public void A_leader_that_a_higher_term_deposes() =>
        Assert.Equal(["Deposed by term 6"], NotedBy(ElectionBench.Leader(), bench =>
        {
            bench.Election.HigherTermSeen(new Term(6));
            bench.Election.Saved();
        }));

    [Fact]
    public void A_follower_in_a_higher_term() =>
        Assert.Empty(NotedBy(ElectionBench.FollowerOf("b"), bench =>
        {
            bench.Election.HigherTermSeen(new Term(6));
            bench.Election.Saved();
        }));

    [Fact]
    public void A_follower_that_finds_and_loses_its_leader() =>
        Assert.Equal(["Follower of b in term 4", "Lost sight of leader b of term 4"], NotedBy(ElectionBench.Follower(), bench =>
        {
            for (var round = 1; round < 4; round++) bench.Election.HeartbeatArrived("b", Four, round, bench.Now);
            bench.Run(5_000);
        }));

    [Fact]
    public void A_disk_that_stalls_and_recovers() =>
        Assert.Equal(["The disk stalls or is full: neither leader nor candidate until it recovers", "The disk is well again"],
            NotedBy(ElectionBench.Follower(), bench =>
        {
            foreach (var healthy in new[] { true, false, false, true, true }) bench.Election.StoreHealth(healthy, bench.Now);
        }));

    [Fact]
    public void A_member_that_comes_back_with_another_folder() =>
        Assert.Equal(["b came back with another data folder: it is brought up to date but not counted"], NotedBy(ElectionBench.Follower(), bench =>
        {
            for (byte folder = 1; folder < 4; folder++) bench.Answers("b", ElectionBench.GreetingOf("abc", isFounded: false), folder);
        }));

    [Fact]
    public void A_transfer_that_fails() =>
        Assert.Equal(["Transfer to b failed: b did not catch up and take over in time"], NotedBy(ElectionBench.Leader(), bench =>
        {
            bench.Election.TransferRequested(1, "b", bench.Now);
            bench.Run(2_000, () =>
            {
                bench.LogAnswers();
                bench.Answers("c");
            });
        }));

    [Fact]
    public void A_preferred_leader_that_gets_its_turn() =>
        Assert.Equal(["Handing over to preferred leader c"], NotedBy(ElectionBench.Leader(preferred: ["c"]), bench =>
        {
            bench.Run(30_000, () =>
            {
                bench.LogAnswers();
                bench.Answers("b");
                bench.Answers("c");
            });
            bench.Election.PeerLagIs(Five, "c", 0, bench.Now);
        }));

    private static string[] NotedBy(ElectionBench bench, Action<ElectionBench> act)
    {
        act(bench);
        return bench.Noted();
    }
}
