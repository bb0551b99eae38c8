using System.Globalization;
using Akka.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DLedger.Hosting;

/// <summary>How a member is, for the host's health checks.</summary>
internal sealed class LedgerHealthCheck(LedgerSystem ledger, bool readiness) : IAkkaHealthCheck
{
    // Asked of an actor in this process: what takes longer than that is ill.
    private static readonly TimeSpan AnswerTimeMax = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(AkkaHealthCheckContext context, CancellationToken cancellationToken)
    {
        LedgerStatus? status;
        try
        {
            status = await ledger.StatusAsync(AnswerTimeMax, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException silent)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, $"The member of group {ledger.Settings.Group} does not answer.", silent);
        }

        if (status is null) return Verdict(!readiness, "is not started yet");
        var isHealthy = readiness ? IsReady(status) : IsAlive(status);
        return Verdict(isHealthy, Describe(status), DataOf(status));

        HealthCheckResult Verdict(bool healthy, string how, IReadOnlyDictionary<string, object>? data = null)
        {
            var text = $"The member {ledger.Settings.Id} of group {ledger.Settings.Group} {how}.";
            return new HealthCheckResult(healthy ? HealthStatus.Healthy : context.Registration.FailureStatus, text, data: data);
        }
    }

    /// <summary>It leads or follows a leader: what is asked of the group through it finds an answer.</summary>
    private static bool IsReady(LedgerStatus status) => status.Role is MemberRole.Leader or MemberRole.Follower && status.LeaderId is not null;

    /// <summary>Waiting for others is life; only what has stopped for good is helped by a restart.</summary>
    private static bool IsAlive(LedgerStatus status) => status.Role is not (MemberRole.Failed or MemberRole.Stopped);

    private static string Describe(LedgerStatus status)
    {
        var term = status.Term.ToString(CultureInfo.InvariantCulture);
        var doing = status.Role switch
        {
            MemberRole.Leader => $"leads in term {term}",
            MemberRole.Follower when status.LeaderId is { } leader => $"follows {leader} in term {term}",
            MemberRole.Follower or MemberRole.Candidate or MemberRole.PreCandidate => "knows no leader",
            var role => $"is {role.ToString().ToLowerInvariant()}",
        };
        return status.Problem is null ? doing : $"{doing}: {status.Problem}";
    }

    private static Dictionary<string, object> DataOf(LedgerStatus status) => new()
    {
        ["role"] = status.Role.ToString(),
        ["term"] = status.Term,
        ["leader"] = status.LeaderId ?? "",
        ["committedIndex"] = status.CommittedIndex,
        ["flushedIndex"] = status.FlushedIndex,
    };
}
