using CsCheck;
using DLedger.Core.Tests.Follower;
using Xunit;

namespace DLedger.Core.Tests.Replication;

/// <summary>Whatever the network does, a follower ends equal to its leader, and nothing that it has acked is ever lost on the way.</summary>
public sealed class ConvergenceTests
{
    [Fact]
    public void With_loss_repetition_and_restarts_the_follower_ends_equal_to_the_leader()
    {
        Gen.Select(TwoLogs.Any, Gen.Int[0, int.MaxValue], Gen.Int[0, 300]).Sample(
            (logs, seed, steps) =>
            {
                var pump = new Pump(logs, seed);
                pump.Walk(steps);
                pump.Heal();
            },
            iter: 1_000);
    }

    [Fact]
    public void A_follower_that_was_away_for_many_terms_converges_too()
    {
        Gen.Select(TwoLogs.Apart, Gen.Int[0, int.MaxValue], Gen.Int[0, 200]).Sample(
            (logs, seed, steps) =>
            {
                var pump = new Pump(logs, seed);
                pump.Walk(steps);
                pump.Heal();
            },
            iter: 300);
    }

    [Fact]
    public void Without_losses_one_or_few_rounds_are_enough()
    {
        // All that is exchanged within one tick costs round trips only: a tick is waited for when a message was lost.
        Gen.Select(TwoLogs.Any, Gen.Int[0, int.MaxValue]).Sample((logs, seed) => new Pump(logs, seed).Heal() == 1, iter: 2_000);
    }
}
