using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Remote.Serialization;
using Akka.Serialization;
using Akka.Util;

namespace DLedger.Remoting;

/// <summary>
/// Akka's serializer of system messages, all but closed: death watch comes in. Not what creates, suspends, restarts or ends an actor;
/// those are for actors that are deployed remotely, and nothing here is.
/// </summary>
internal sealed class NarrowSystemMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Akka's, of <c>akka-system-msg</c>.</summary>
    public const int Id = 22;

    private static readonly Dictionary<string, Type> Allowed = new Type[] { typeof(Watch), typeof(Unwatch), typeof(DeathWatchNotification) }
        .ToDictionary(type => type.TypeQualifiedName(), StringComparer.Ordinal);

    private readonly SystemMessageSerializer _akkas = new(system);

    public override int Identifier => Id;

    // What Akka's own writes: other systems read it.
    public override string Manifest(object o) => o.GetType().TypeQualifiedName();

    public override byte[] ToBinary(object obj) => _akkas.ToBinary(obj);

    public override object FromBinary(byte[] bytes, string manifest) => Allowed.TryGetValue(manifest, out var type)
        ? _akkas.FromBinary(bytes, type)
        : throw new SerializationException($"Refused a message for serializer {Id}: this ActorSystem is hardened.");
}
