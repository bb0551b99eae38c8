using Akka.Actor;
using DLedger.Protocol;
using DLedger.Remoting;

namespace DLedger;

/// <summary>
/// DLedger in an ActorSystem. <see cref="Get"/> registers the serializer, which is all that an application needs in order to talk to a group elsewhere.
/// </summary>
public sealed class DLedgerExtension : IExtension
{
    private readonly WireSerializer _serializer;

    internal DLedgerExtension(ExtendedActorSystem system)
    {
        System = system;

        // The dispatchers of members; what a user's own configuration says about them holds.
        system.Settings.InjectTopLevelFallback(RemotingConfig.Dispatchers);
        _serializer = Register(system);
    }

    /// <summary>The system that this belongs to.</summary>
    public ExtendedActorSystem System { get; }

    /// <summary>How many messages came in that were damaged or not ours.</summary>
    public long RefusedMessages => _serializer.Refused;

    /// <summary>The largest client message that this system's remoting can carry, in bytes.</summary>
    internal long PayloadMax => _serializer.ControlPayloadMax;

    /// <summary>Gets the extension, and registers the serializer at the first time.</summary>
    public static DLedgerExtension Get(ActorSystem system) => system.WithExtension<DLedgerExtension, DLedgerExtensionProvider>();

    private static WireSerializer Register(ExtendedActorSystem system)
    {
        // There already when the system was made with RemotingConfig.
        if (system.Serialization.FindSerializerForType(typeof(DLedgerMessage)) is WireSerializer configured) return configured;
        var serializer = new WireSerializer(system);
        system.Serialization.AddSerializer("dledger", serializer);

        // Akka remembers the serializer of every type that it has met: naming each type replaces a default that was picked up before.
        foreach (var type in typeof(DLedgerMessage).Assembly.GetTypes())
        {
            if (typeof(DLedgerMessage).IsAssignableFrom(type) || typeof(PeerMessage).IsAssignableFrom(type)) system.Serialization.AddSerializationMap(type, serializer);
        }

        return serializer;
    }
}
