namespace DLedger.Simulation;

/// <summary>How a connection behaves.</summary>
/// <param name="LossRate">Share of messages that never arrive.</param>
/// <param name="DuplicateRate">Share of messages that arrive twice.</param>
/// <param name="Reorders">
/// Whether messages of one channel may overtake each other. No connection of Akka does that; the protocol should stand it all the same.
/// </param>
/// <param name="EchoRate">
/// Share of messages of which a copy arrives much later: those that an old connection still held, seen from the protocol.
/// </param>
internal sealed record SimLink(
    TimeSpan DelayLeast, TimeSpan DelayMost, double LossRate = 0, double DuplicateRate = 0, bool Reorders = false, double EchoRate = 0)
{
    /// <summary>The latest that an echo arrives.</summary>
    public static readonly TimeSpan EchoMost = TimeSpan.FromSeconds(4);

    /// <summary>A healthy local network.</summary>
    public static readonly SimLink Healthy = new(TimeSpan.FromMicroseconds(100), TimeSpan.FromMicroseconds(600));
}
