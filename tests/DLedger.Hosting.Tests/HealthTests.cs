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
    public async Task A_member_that_is_no_more_is_not_alive()
    {
        await using var applications = new Applications();
        var host = await applications.StartAsync(akka => akka.WithDLedger(applications.Section(0), ledger => ledger.InThisSystem()));
        await DLedgerExtension.Get(Applications.SystemOf(host)).StopAsync("g").WaitAsync(Applications.Deadline);

        var live = await ReportAsync(host, "live");
        Assert.Equal(HealthStatus.Unhealthy, live.Status);
        Assert.Contains("is stopped: there is no group g on this node", live.Description, StringComparison.Ordinal);
    }

    private static async Task<HealthReportEntry> ReportAsync(IHost host, string kind)
    {
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Tags.Contains(kind));
        return Assert.Single(report.Entries).Value;
    }
}
