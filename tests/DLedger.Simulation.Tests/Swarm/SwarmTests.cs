using System.Diagnostics;
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
            var one = SwarmRunner.RunOne(new SwarmOptions(ulong.Parse(seed, CultureInfo.InvariantCulture)));
            Assert.True(one.Violation is null, one.Report);
            return;
        }

        var count = Environment.GetEnvironmentVariable(CountVariable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : 300;
        var summary = new SwarmSummary();
        List<SwarmResult> failed = [];
        var start = Stopwatch.GetTimestamp();
        var jobs = Math.Max(2, Environment.ProcessorCount);
        SwarmRunner.RunAll(Enumerable.Range(1, count).Select(i => new SwarmOptions((ulong)i)), jobs, result =>
        {
            summary.Add(result);
            if (result.Violation is not null) failed.Add(result);
            return failed.Count == 0;
        });
        _output.WriteLine(summary.ToTable(summary.Seeds, Stopwatch.GetElapsedTime(start), jobs));
        if (failed.Count > 0) Assert.Fail($"seed {failed[0].Seed}: {failed[0].Violation}\n{SwarmCommand.ReportOf(failed[0])}");
        // What is rare proves little.
        foreach (var name in (string[])[Tally.Truncations, Tally.DisputedElections, Tally.Crashes, Tally.LostWrites])
            Assert.True(count < 100 || summary.ShareOf(name) > 0.1, $"Only {summary.ShareOf(name):P0} of the seeds had {name}.");
        Assert.True(
            summary.SumOf(Tally.Acked) > 50 * count,
            $"Only {summary.SumOf(Tally.Acked)} entries were acked in {count} runs: the faults leave no room for anything else.");
    }

    [Fact]
    public void The_same_seed_gives_the_same_run_of_a_whole_cluster()
    {
        var first = SwarmRunner.RunOne(new SwarmOptions(3));
        var second = SwarmRunner.RunOne(new SwarmOptions(3));
        Assert.Equal(first.Steps, second.Steps);
        Assert.Equal(first.TraceHash, second.TraceHash);
        Assert.Equal(first.Counts, second.Counts);
    }

    [Fact]
    public void Another_process_gives_the_same_run_of_a_whole_cluster()
    {
        var start = new ProcessStartInfo(
            "dotnet", ["exec", typeof(SwarmTests).Assembly.Location, "swarm-hash", "3"]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var printed = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.Equal(SwarmRunner.RunOne(new SwarmOptions(3)).TraceHash, printed);
    }

    [Fact]
    public void Seeds_run_side_by_side_are_the_same_as_one_after_the_other()
    {
        var alone = Hashes(1);
        Assert.Equal(alone, Hashes(3));

        static SortedDictionary<ulong, string> Hashes(int jobs)
        {
            var hashes = new SortedDictionary<ulong, string>();
            SwarmRunner.RunAll(Enumerable.Range(1, 6).Select(i => new SwarmOptions((ulong)i) { Length = TimeSpan.FromSeconds(10) }), jobs, result =>
            {
                hashes.Add(result.Seed, result.TraceHash);
                return true;
            });
            return hashes;
        }
    }
}
