using Xunit.Abstractions;

namespace DLedger.Processes.Tests;

/// <summary>The nemeses for a few seconds each; the command <c>nemesis</c> has them for longer.</summary>
public sealed class NemesisTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_group_of_five_keeps_one_linearizable_log_under_cuts_kills_and_pauses()
    {
        Nemesis[] nemeses = [Partition.MajoritiesRing, new KillRandomNode(), new HammerTime()];
        var plan = new NemesisPlan("short", nemeses, TimeSpan.Zero, NemesisPace.Short, 5, WorkloadOptions.Default, Random.Shared.Next(1, 1_000_000));
        output.WriteLine($"seed {plan.Seed}");
        var folder = Directory.CreateTempSubdirectory("dledger-histories-").FullName;
        var report = await NemesisRun.RunAsync(plan, folder, output.WriteLine);
        output.WriteLine(report.TableRow(plan.Name));

        // The history is kept with a failure only, for whoever has to find out why.
        Assert.Empty(report.Failures);
        Assert.Equal(1, report.Faults[Partition.MajoritiesRing.Name]);
        Assert.True(report.Faults["kill -9"] >= 1 && report.Faults["SIGSTOP"] >= 1, "a nemesis did not strike");
        Directory.Delete(folder, recursive: true);
    }
}
