namespace DLedger.Protocol;

/// <summary>Is there anybody, and does this connection carry both ways? Answered by <see cref="Pong"/> at the door, whatever groups are there.</summary>
internal sealed record Ping : LinkMessage
{
    public static readonly Ping Instance = new();
}
