namespace DLedger.Protocol;

/// <summary>The answer to a <see cref="Ping"/>.</summary>
internal sealed record Pong : LinkMessage
{
    public static readonly Pong Instance = new();
}
