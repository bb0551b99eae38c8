using CsCheck;
using Xunit;

namespace DLedger.Core.Tests.Elections;

/// <summary>Random walks over whole groups of elections. A failure prints the seed; the same seed is the same walk.</summary>
public sealed class ElectionWalkTests
{
    [Theory]
    [InlineData(3, 100)]
    [InlineData(5, 60)]
    public void Raft_5_2_and_5_4_whatever_happens_there_is_one_leader_a_term_and_it_holds_what_is_committed_and_nobody_wins_over_a_lease(
        int members, int walks)
    {
        Gen.Int[0, int.MaxValue].Sample(
            seed =>
            {
                var world = new ElectionWorld(members, seed);
                world.Walk(TimeSpan.FromSeconds(20));
                var leader = world.Heal();
                Assert.True(world.Leaders > 0 && world.Committed.Length > 0 && world.Leases > 0);
                Assert.True(world.HoldsCommitted(leader.Log));
            },
            iter: walks);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Safety_07_a_new_group_gets_its_first_leader_once_all_have_met(int members)
    {
        Gen.Int[0, int.MaxValue].Sample(
            seed =>
            {
                var world = new ElectionWorld(members, seed, firstStart: true);
                world.Walk(TimeSpan.FromSeconds(1));
                world.Heal();
            },
            iter: 30);
    }
}
