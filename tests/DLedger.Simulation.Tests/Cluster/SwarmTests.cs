using System.Globalization;
using Xunit.Abstractions;

namespace DLedger.Simulation.Tests;

public sealed class SwarmTests
{
    private const string CountVariable = "DLEDGER_SIM_SEEDS";
    private const int FirstSeed = 1;

    private readonly ITestOutputHelper _output;

    public SwarmTests(ITestOutputHelper output) => _output = output;

    /// <summary>DLEDGER_SIM_SEED runs one seed, DLEDGER_SIM_SEEDS so many; each is 20 and some virtual seconds.</summary>
    [Fact]
    public void Swarm_no_seed_breaks_a_promise()
    {
        if (Environment.GetEnvironmentVariable(SwarmRun.SeedVariable) is { Length: > 0 } seed)
        {
            new SwarmRun(ulong.Parse(seed, CultureInfo.InvariantCulture)).Run();
            return;
        }

        var count = Environment.GetEnvironmentVariable(CountVariable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : 100;
        long acked = 0;
        long steps = 0;
        for (var i = 0; i < count; i++)
        {
            var run = new SwarmRun((ulong)(FirstSeed + i));
            run.Run();
            acked += run.Workload.Acked;
            steps += run.World.Steps;
        }

        _output.WriteLine($"{count} seeds, {steps} steps, {acked} entries acked");
        Assert.True(acked > 50 * count, $"Only {acked} entries were acked in {count} runs: the faults leave no room for anything else.");
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
