using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace DLedger.Remoting;

/// <summary>
/// Stands in the place of a serializer that nothing here needs: who sends picks the serializer, by number, and Akka's JSON for one makes objects of
/// whatever type a message names. Refuses what comes in, and fails loudly at the sender what would go out. <c>hocon/hardened.conf</c> puts them in
/// place.
/// </summary>
internal abstract class RefusingSerializer(ExtendedActorSystem system, int id) : SerializerWithStringManifest(system)
{
    public override int Identifier => id;

    public override string Manifest(object o) => "";

    public override byte[] ToBinary(object obj) => throw new SerializationException(
        $"{obj.GetType()} is not sent: this ActorSystem is hardened (RemotingConfig.Hardened) and refuses serializer {id}. Bind the message to a "
        + $"serializer of its own.");

    // Says nothing of the manifest, which a stranger wrote.
    public override object FromBinary(byte[] bytes, string manifest) =>
        throw new SerializationException($"Refused a message for serializer {id}: this ActorSystem is hardened.");

    // Akka calls the second constructor where it has settings under the name of the serializer.

    /// <summary>Akka's JSON.</summary>
    internal sealed class Json(ExtendedActorSystem system) : RefusingSerializer(system, 1)
    {
        public Json(ExtendedActorSystem system, Config settings)
            : this(system) => ArgumentNullException.ThrowIfNull(settings);
    }

    /// <summary>Any message of Protocol Buffers.</summary>
    internal sealed class Protobuf(ExtendedActorSystem system) : RefusingSerializer(system, 2)
    {
        public Protobuf(ExtendedActorSystem system, Config settings)
            : this(system) => ArgumentNullException.ThrowIfNull(settings);
    }

    /// <summary>Remote deployment.</summary>
    internal sealed class DaemonCreate(ExtendedActorSystem system) : RefusingSerializer(system, 3)
    {
        public DaemonCreate(ExtendedActorSystem system, Config settings)
            : this(system) => ArgumentNullException.ThrowIfNull(settings);
    }

    /// <summary>Plain arrays of bytes.</summary>
    internal sealed class Bytes(ExtendedActorSystem system) : RefusingSerializer(system, 4)
    {
        public Bytes(ExtendedActorSystem system, Config settings)
            : this(system) => ArgumentNullException.ThrowIfNull(settings);
    }

    /// <summary>Plain texts and numbers.</summary>
    internal sealed class Primitive(ExtendedActorSystem system) : RefusingSerializer(system, 17)
    {
        public Primitive(ExtendedActorSystem system, Config settings)
            : this(system) => ArgumentNullException.ThrowIfNull(settings);
    }

    /// <summary>Hyperion, which is not there unless somebody adds it, by its name in Akka's documents.</summary>
    internal sealed class Hyperion(ExtendedActorSystem system) : RefusingSerializer(system, -5)
    {
        public Hyperion(ExtendedActorSystem system, Config settings)
            : this(system) => ArgumentNullException.ThrowIfNull(settings);
    }
}
