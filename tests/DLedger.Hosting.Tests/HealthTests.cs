using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace DLedger.Hosting.Tests;

/// <summary>Readiness: it leads or follows a leader. Liveness: it has not stopped for good.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task A_member_that_leads_is_ready_and_alive()
    {
        await using var applications = new Applications();
        var host = await applications.StartAsync(0);
        await Applications.ClientOf(host).AppendAsync(new byte[1]).WaitAsync(Applications.Deadline);

        var ready = await ReportAsync(host, "ready");
        Assert.Equal(HealthStatus.Healthy, ready.Status);
        Assert.Contains("leads in term 1", ready.Description, StringComparison.Ordinal);
        Assert.Equal("Leader", ready.Data["role"]);
        Assert.Equal(HealthStatus.Healthy, (await ReportAsync(host, "live")).Status);
    }

    [Fact]
    public async Task A_member_that_waits_for_the_others_is_alive_but_not_ready()
    {
        await using var applications = new Applications(3);
        var host = await applications.StartAsync(0);

        var ready = await ReportAsync(host, "ready");
        Assert.Equal(HealthStatus.Unhealthy, ready.Status);
        Assert.Contains("member n0 of group g", ready.Description, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Healthy, (await ReportAsync(host, "live")).Status);
    }

    [Fact]
    public async Task Before_the_host_has_started_a_member_is_alive_but_not_ready()
    {
        await using var applications = new Applications();
        var host = applications.Build(akka => akka.WithDLedger(applications.Section(0)));

        var ready = await ReportAsync(host, "ready");
        Assert.Equal(HealthStatus.Unhealthy, ready.Status);
        Assert.Contains("is not started yet", ready.Description, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Healthy, (await ReportAsync(host, "live")).Status);
    }

    [Fact]
    public async Task A_member_that_follows_is_ready()
    {
        await using var applications = new Applications(3);
        var hosts = new List<IHost>();
        for (var i = 0; i < 3; i++) hosts.Add(await applications.StartAsync(i));
        await Applications.ClientOf(hosts[0]).AppendAsync(new byte[1]).WaitAsync(Applications.Deadline);

        using var deadline = new CancellationTokenSource(Applications.Deadline);
        foreach (var host in hosts)
        {
            HealthReportEntry ready;
            do ready = await ReportAsync(host, "ready", deadline.Token);
            while (ready.Status != HealthStatus.Healthy);
            Assert.Matches("leads in term [0-9]+|follows n[0-2] in term [0-9]+", ready.Description);
        }
    }

    [Fact]
    public async Task A_member_that_has_failed_is_not_alive_and_says_why()
    {
        var folder = Directory.CreateTempSubdirectory("dledger-hosting-");
        try
        {
            await using var applications = new Applications();
            var section = applications.Section(0, ("durability", "disk"), ("data-dir", folder.FullName), ("store:segment-bytes", "16MiB"));
            var host = await applications.StartAsync(akka => akka.WithDLedger(section, ledger => ledger.InThisSystem()));
            var stopped = DLedgerExtension.Get(Applications.SystemOf(host)).WhenStopped("g");

            foreach (var file in folder.GetFiles("hard-state*", SearchOption.AllDirectories)) file.Delete();
            var failed = Assert.IsType<StopCause.Failed>(await stopped.WaitAsync(Applications.Deadline));

            var live = await ReportAsync(host, "live");
            Assert.Equal(HealthStatus.Unhealthy, live.Status);
            Assert.Contains($"is failed: {failed.Reason}", live.Description, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_member_that_is_no_more_is_not_alive()
    {
        await using var applications = new Applications();
        var host = await applications.StartAsync(akka => akka.WithDLedger(applications.Section(0), ledger => ledger.InThisSystem()));
        await DLedgerExtension.Get(Applications.SystemOf(host)).StopAsync("g").WaitAsync(Applications.Deadline);

        var live = await ReportAsync(host, "live");
        Assert.Equal(HealthStatus.Unhealthy, live.Status);
        Assert.Contains("is stopped: there is no group g on this node", live.Description, StringComparison.Ordinal);
    }

    private static async Task<HealthReportEntry> ReportAsync(IHost host, string kind, CancellationToken cancellation = default)
    {
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Tags.Contains(kind), cancellation);
        return Assert.Single(report.Entries).Value;
    }
}
