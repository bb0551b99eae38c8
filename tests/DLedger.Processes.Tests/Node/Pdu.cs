using Google.Protobuf;

namespace DLedger.Processes.Tests;

/// <summary>Reads the sender's port from Akka's first message on a connection; its codec is internal.</summary>
internal static class Handshake
{
    // AkkaProtocolMessage.instruction -> AkkaControlMessage.handshakeInfo -> AkkaHandshakeInfo.origin -> AddressData.port
    private static readonly int[] Path = [2, 2, 1];
    private const int PortField = 3;

    /// <summary>Null for anything that is no handshake.</summary>
    public static int? OriginPort(ByteString message)
    {
        foreach (var field in Path)
        {
            if (Field(message, field) is not { } inner) return null;
            message = inner;
        }

        var input = message.CreateCodedInput();
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == PortField) return (int)input.ReadUInt64();
            input.SkipLastField();
        }

        return null;
    }

    private static ByteString? Field(ByteString message, int number)
    {
        var input = message.CreateCodedInput();
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == number && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited) return input.ReadBytes();
            input.SkipLastField();
        }

        return null;
    }
}
