using Google.Protobuf;

namespace DLedger.Processes.Tests;

/// <summary>Reads what Akka writes on a connection, as far as the tests need it; its codec is internal.</summary>
internal static class Pdu
{
    // AkkaProtocolMessage.payload; everything else is between the two ends of the connection.
    private const int PayloadField = 1;

    // AkkaProtocolMessage.instruction -> AkkaControlMessage.handshakeInfo -> AkkaHandshakeInfo.origin -> AddressData.port
    private static readonly int[] Path = [2, 2, 1];
    private const int PortField = 3;

    /// <summary>The sender's port; null for anything that is no handshake.</summary>
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

    /// <summary>Whether it is for an actor, and not a handshake or a heartbeat.</summary>
    public static bool IsPayload(ByteString message) => WireFormat.GetTagFieldNumber(message.CreateCodedInput().ReadTag()) == PayloadField;

    private static ByteString? Field(ByteString message, int number)
    {
        var input = message.CreateCodedInput();
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == number && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
                return input.ReadBytes();
            input.SkipLastField();
        }

        return null;
    }
}
