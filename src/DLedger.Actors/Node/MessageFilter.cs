using Akka.Event;
using DLedger.Protocol;

namespace DLedger.Node;

/// <summary>
/// Judges where a message comes from: another cluster, another group, or not a member is dropped and counted, and logged once a minute. Shared by the
/// roles of a node; the count is a statistic, not a fact that anything is decided on.
/// </summary>
internal sealed class MessageFilter(DLedgerSettings settings, KnownMembers members)
{
    private static readonly TimeSpan LogEvery = TimeSpan.FromMinutes(1);

    private long _dropped;
    private long _lastLogged = long.MinValue;

    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>True if the message may be looked at.</summary>
    public bool Accepts(Origin origin, ILoggingAdapter log, TimeSpan now)
    {
        var reason = origin.ClusterId != settings.ClusterId ? $"is of cluster '{origin.ClusterId}'"
            : origin.Group != settings.Group ? $"is of group '{origin.Group}'"
            : origin.NodeId == settings.Id ? "has this member's own id"
            : members.Contains(origin.NodeId) ? null
            : "is not a member";
        if (reason is null) return true;
        Drop($"a message of '{origin.NodeId}', which {reason}", log, now);
        return false;
    }

    /// <summary>Counts something else that is dropped.</summary>
    public void Drop(string what, ILoggingAdapter log, TimeSpan now)
    {
        var dropped = Interlocked.Increment(ref _dropped);
        var last = Interlocked.Read(ref _lastLogged);
        if (last != long.MinValue && now.Ticks - last < LogEvery.Ticks) return;
        if (Interlocked.CompareExchange(ref _lastLogged, now.Ticks, last) == last) log.Warning("Dropped {0}; {1} dropped so far", what, dropped);
    }
}
