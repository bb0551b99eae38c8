using DLedger.Protocol;

namespace DLedger.Remoting;

/// <summary>What processes say about the connection between them.</summary>
internal static class LinkCodecs
{
    public static MessageCodec[] All { get; } = [new LinkCodec<Ping>("LP1", Ping.Instance), new LinkCodec<Pong>("LR1", Pong.Instance)];
}
