using Xunit.Abstractions;

namespace DLedger.Processes.Tests;

/// <summary>The nemeses for a few seconds each; the command <c>nemesis</c> has them for longer.</summary>
public sealed class NemesisTests(ITestOutputHelper output)
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dledger-histories-").FullName;

    [Fact]
    public async Task A_group_of_five_keeps_one_linearizable_log_under_cuts_kills_and_pauses()
    {
        var report = await RunAsync([Partition.MajoritiesRing, new KillRandomNode(), new HammerTime()], WorkloadOptions.Default);
        Assert.Empty(report.Failures);
        Assert.Equal(1, report.Faults[Partition.MajoritiesRing.Name]);
        Assert.True(report.Faults["kill -9"] >= 1 && report.Faults["SIGSTOP"] >= 1, "a nemesis did not strike");
        DeleteHistory();
    }

    /// <summary>The same machine, with clients that pass off local reads as linearizable ones.</summary>
    [Fact]
    public async Task Reads_that_are_not_linearizable_are_found_out()
    {
        var report = await RunAsync([new Partition("n0-alone", NoChoice)], WorkloadOptions.Default with { ReadMode = ReadMode.Local });
        Assert.Contains(report.Failures, failure => failure.Contains($"{HistoryRule.Fresh}, line", StringComparison.Ordinal));
        DeleteHistory();

        // The shipped client takes its local reads to the first member, as long as that answers.
        static IReadOnlyCollection<(string From, string To)> NoChoice(IReadOnlyList<string> ids, Random dice) =>
            PartitionShape.Between(["n0"], [.. ids.Where(id => id != "n0")]);
    }

    private async Task<NemesisReport> RunAsync(IReadOnlyList<Nemesis> nemeses, WorkloadOptions workload)
    {
        var plan = new NemesisPlan("short", nemeses, TimeSpan.Zero, NemesisPace.Short, 5, workload, Random.Shared.Next(1, 1_000_000));
        output.WriteLine($"seed {plan.Seed}");
        var report = await NemesisRun.RunAsync(plan, _folder, output.WriteLine);
        output.WriteLine(report.TableRow(plan.Name));
        return report;
    }

    /// <summary>Of a test that has passed; with a failure it stays, for whoever has to find out why.</summary>
    private void DeleteHistory() => Directory.Delete(_folder, recursive: true);
}
