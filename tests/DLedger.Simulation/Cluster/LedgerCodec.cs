using System.Runtime.CompilerServices;
using Akka.Actor;
using DLedger.Remoting;

namespace DLedger.Simulation;

/// <summary>The real wire serializer between nodes.</summary>
internal static class LedgerCodec
{
    private static readonly ConditionalWeakTable<ActorSystem, WireSerializer> s_serializers = [];

    public static SimWireCodec Codec { get; } = new(Encode, Decode);

    private static byte[] Encode(SimNode node, object message)
    {
        var serializer = SerializerOf(node);
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(serializer.Manifest(message));
        writer.Write(serializer.ToBinary(message));
        return stream.ToArray();
    }

    private static object Decode(SimNode node, byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        using var reader = new BinaryReader(stream);
        var manifest = reader.ReadString();
        var message = SerializerOf(node).FromBinary(reader.ReadBytes(bytes.Length), manifest);
        // Nothing damages messages on this network: what cannot be read was written wrongly.
        return message is Undecodable bad ? throw new InvalidOperationException($"The wire serializer cannot read what it wrote: {bad}") : message;
    }

    private static WireSerializer SerializerOf(SimNode node) =>
        s_serializers.GetValue(node.System!, system => new WireSerializer((ExtendedActorSystem)system));
}
