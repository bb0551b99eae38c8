using Akka.Actor;
using Akka.Serialization;

namespace DLedger.Simulation;

/// <summary>What Akka.Remote puts on the wire for a message: the serializer's number, its manifest, the bytes.</summary>
internal static class AkkaWire
{
    internal static byte[] Encode(SimNode node, object message)
    {
        var system = SystemOf(node);
        var serializer = system.Serialization.FindSerializerFor(message);
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(serializer.Identifier);
        writer.Write(Serialization.ManifestFor(serializer, message));
        writer.Write(serializer.ToBinary(message));
        return stream.ToArray();
    }

    internal static object? Decode(SimNode node, byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        using var reader = new BinaryReader(stream);
        var id = reader.ReadInt32();
        var manifest = reader.ReadString();
        return SystemOf(node).Serialization.Deserialize(reader.ReadBytes(bytes.Length), id, manifest);
    }

    private static ActorSystem SystemOf(SimNode node) =>
        node.System ?? throw new InvalidOperationException($"{node.Id} is down: it neither sends nor receives.");
}
