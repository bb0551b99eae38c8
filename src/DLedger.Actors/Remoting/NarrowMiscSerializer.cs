using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Remote.Serialization;
using Akka.Serialization;

namespace DLedger.Remoting;

/// <summary>
/// Akka's serializer of its own small messages, all but closed: lookups of actors and the heartbeats of remote death watch come in. Not
/// what ends actors, and nothing that carries an exception, whose type the sender would pick.
/// </summary>
internal sealed class NarrowMiscSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Akka's, of <c>akka-misc</c>.</summary>
    public const int Id = 16;

    // Identify and ActorIdentity; Heartbeat and HeartbeatRsp of the remote watcher.
    private static readonly string[] Allowed = ["ID", "AID", "RWHB", "RWHR"];

    private readonly MiscMessageSerializer _akkas = new(system);

    public override int Identifier => Id;

    public override string Manifest(object o) => _akkas.Manifest(o);

    public override byte[] ToBinary(object obj) => _akkas.ToBinary(obj);

    public override object FromBinary(byte[] bytes, string manifest) => Allowed.Contains(manifest, StringComparer.Ordinal)
        ? _akkas.FromBinary(bytes, manifest)
        : throw new SerializationException($"Refused a message for serializer {Id}: this ActorSystem is hardened.");
}
