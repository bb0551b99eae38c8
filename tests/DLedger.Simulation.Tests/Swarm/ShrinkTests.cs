using DLedger.Core;

namespace DLedger.Simulation.Tests;

public sealed class ShrinkTests
{
    private static readonly TimeSpan s_length = TimeSpan.FromSeconds(30);

    [Fact]
    public void A_planted_violation_is_reported_with_the_smallest_fault_set_that_still_has_it()
    {
        var options = FirstWith("crash") with { Meddle = ForbidASecondCrash };
        var failed = SwarmRunner.RunOne(options);
        Assert.Contains("A second crash", failed.Violation, StringComparison.Ordinal);
        Assert.True(failed.Drawn.Count > 3, string.Join(", ", failed.Drawn));

        var runs = 0;
        var smallest = SwarmShrinker.Shrink(options, failed, tried =>
        {
            runs++;
            return SwarmRunner.RunOne(tried);
        });

        Assert.Equal(failed.Kind, smallest.Kind);
        // No crash without a fault that crashes, and one kind of these is enough.
        var left = Assert.Single(smallest.Drawn);
        Assert.Contains("crash", left, StringComparison.Ordinal);
        Assert.True(smallest.Seconds < failed.Seconds, $"{smallest.Seconds} s");
        Assert.True(runs < 200, $"{runs} runs");
        Assert.Contains($"--first {options.Seed} --count 1 --seconds {smallest.Seconds} --without ", smallest.Report, StringComparison.Ordinal);
        Assert.Contains("Last steps:", smallest.Report, StringComparison.Ordinal);
        var again = SwarmRunner.RunOne(smallest.Options with { Meddle = ForbidASecondCrash });
        Assert.Equal(smallest.TraceHash, again.TraceHash);
        Assert.Equal(smallest.Violation, again.Violation);
    }

    [Fact]
    public void A_failure_of_another_kind_does_not_count_as_smaller()
    {
        var options = FirstWith("crash");
        var failed = Result(options, "Two leaders in term 3: n0 and n1.");
        var smallest = SwarmShrinker.Shrink(
            options, failed, tried => Result(tried, tried.Without.Contains("crash") ? "Something else." : "Two leaders in term 5: n1 and n2."));
        Assert.Equal(["crash"], smallest.Drawn);
        Assert.Equal(8, smallest.Seconds);

        static SwarmResult Result(SwarmOptions options, string violation) => new()
        {
            Seed = options.Seed,
            Seconds = options.Length.TotalSeconds,
            Without = options.Without,
            Nodes = 3,
            Violation = violation,
            ViolationAtSeconds = 1,
            Steps = 1,
            TraceHash = "",
            Milliseconds = 1,
            Drawn = [.. ((string[])["pause", "crash", "cut off"]).Except(options.Without)],
            Counts = new Dictionary<string, long>(),
        };
    }

    [Fact]
    public void Leaving_one_fault_out_leaves_what_the_others_draw_as_it_is()
    {
        var options = FirstWith("crash");
        var with = new SwarmRun(options);
        var without = new SwarmRun(options with { Without = ["crash"] });
        Assert.Equal(with.Draw.Drawn.Where(name => name != "crash"), without.Draw.Drawn);
        Assert.Equal(with.Cluster.Sim.Ids, without.Cluster.Sim.Ids);
        Assert.Equal(with.Cluster.Sim.Network.Link, without.Cluster.Sim.Network.Link);
    }

    private static SwarmOptions FirstWith(string fault)
    {
        for (ulong seed = 1; ; seed++)
        {
            var options = new SwarmOptions(seed) { Length = s_length };
            if (new SwarmRun(options).Draw.Drawn.Contains(fault)) return options;
        }
    }

    private static void ForbidASecondCrash(SwarmRun run)
    {
        var check = run.World.AfterStep;
        run.World.AfterStep = () =>
        {
            check?.Invoke();
            Invariant.Holds(run.Cluster.Sim.Crashes < 2, $"A second crash at {run.World.Now}.");
        };
    }
}
