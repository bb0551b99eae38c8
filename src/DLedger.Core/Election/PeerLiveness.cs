namespace DLedger.Core;

/// <summary>What a leader has heard of one peer in its term. Means nothing while this member does not lead.</summary>
internal sealed class PeerLiveness
{
    /// <summary>The last answer to a heartbeat of this term; the beginning of the leadership before there is one.</summary>
    public TimeSpan LastReply { get; set; }

    /// <summary>The same for the bulk transport, as its dispatcher tells it (SAFETY 29).</summary>
    public TimeSpan LastBulk { get; set; }

    /// <summary>The highest round of this leadership that it has answered; none above the last that was sent.</summary>
    public long LastRound { get; set; }

    /// <summary>Whether its disk was well when it said so last, in this leadership or an earlier one.</summary>
    public bool IsHealthy { get; set; } = true;

    /// <summary>Since when it has answered every heartbeat in time, healthy.</summary>
    public TimeSpan SteadySince { get; set; }

    public void Begin(TimeSpan now)
    {
        LastReply = LastBulk = SteadySince = now;
        LastRound = 0;
    }
}
