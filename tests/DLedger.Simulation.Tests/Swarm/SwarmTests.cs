using System.Globalization;
using Xunit.Abstractions;

namespace DLedger.Simulation.Tests;

public sealed class SwarmTests
{
    private const string CountVariable = "DLEDGER_SIM_SEEDS";

    private readonly ITestOutputHelper _output;

    public SwarmTests(ITestOutputHelper output) => _output = output;

    /// <summary>DLEDGER_SIM_SEED runs one seed, DLEDGER_SIM_SEEDS so many; each is 20 virtual seconds.</summary>
    [Fact]
    public void Swarm_no_seed_breaks_a_promise()
    {
        if (Environment.GetEnvironmentVariable(SwarmRun.SeedVariable) is { Length: > 0 } seed)
        {
            new SwarmRun(ulong.Parse(seed, CultureInfo.InvariantCulture)).Run();
            return;
        }

        var count = Environment.GetEnvironmentVariable(CountVariable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : 300;
        var summary = new SwarmSummary();
        List<SwarmResult> failed = [];
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        SwarmRunner.RunAll(Enumerable.Range(1, count).Select(i => new SwarmOptions((ulong)i)), Math.Max(2, Environment.ProcessorCount), result =>
        {
            summary.Add(result);
            if (result.Violation is not null) failed.Add(result);
            return failed.Count == 0;
        });
        _output.WriteLine(summary.ToTable(summary.Seeds, System.Diagnostics.Stopwatch.GetElapsedTime(start), 2));
        Assert.True(failed.Count == 0, failed.Count == 0 ? "" : $"seed {failed[0].Seed}: {failed[0].Report}");
        Assert.True(summary.SumOf(Tally.Acked) > 50 * count, $"Only {summary.SumOf(Tally.Acked)} entries were acked in {count} runs: the faults leave no room for anything else.");
    }

    [Fact]
    public void The_same_seed_gives_the_same_run_of_a_whole_cluster()
    {
        var first = new SwarmRun(3);
        first.Run();
        var second = new SwarmRun(3);
        second.Run();
        Assert.Equal(first.World.Steps, second.World.Steps);
        Assert.Equal(first.World.Trace.Hash, second.World.Trace.Hash);
        Assert.Equal(first.Workload.Acked, second.Workload.Acked);
    }
}
