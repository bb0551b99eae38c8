using System.Diagnostics;
using Akka.Actor;
using DLedger.Core;
using DLedger.Node;
using DLedger.Protocol;
using DLedger.Remoting;

namespace DLedger;

/// <summary>
/// DLedger in an ActorSystem. <see cref="Get"/> registers the serializer, which is all that an application needs in order to talk to a group elsewhere.
/// </summary>
public sealed class DLedgerExtension : IExtension
{
    private readonly WireSerializer _serializer;
    private readonly Lazy<IActorRef> _groups;

    internal DLedgerExtension(ExtendedActorSystem system)
    {
        System = system;

        // The dispatchers of members; what a user's own configuration says about them holds.
        system.Settings.InjectTopLevelFallback(RemotingConfig.Dispatchers);
        _serializer = Register(system);
        _groups = new Lazy<IActorRef>(() => system.ActorOf(GroupsActor.Props(), GroupsActor.Name));
    }

    /// <summary>The system that this belongs to.</summary>
    public ExtendedActorSystem System { get; }

    /// <summary>How many messages came in that were damaged or not ours.</summary>
    public long RefusedMessages => _serializer.Refused;

    /// <summary>The largest client message that this system's remoting can carry, in bytes.</summary>
    internal long PayloadMax => _serializer.ControlPayloadMax;

    /// <summary>Gets the extension, and registers the serializer at the first time.</summary>
    public static DLedgerExtension Get(ActorSystem system) => system.WithExtension<DLedgerExtension, DLedgerExtensionProvider>();

    /// <summary>
    /// Starts a member of a group in this system, which must have been made with <see cref="RemotingConfig"/> (as <see cref="DLedgerSystem.Start"/> does). Returns at once the
    /// actor that takes <see cref="Append"/> and the other messages; the store is opened meanwhile, and <see cref="GetStatus"/> says how far that is. A member that cannot go on
    /// publishes <see cref="GroupFailed"/>. Throws <see cref="InvalidOperationException"/> when the group runs here already.
    /// </summary>
    public IActorRef Start(DLedgerSettings settings, ILogStoreFactory stores)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(stores);
        var network = new RemotePeerNetwork(System, settings.Group, settings.Id);

        // Two members that start together must not draw the same election timeouts.
        var environment = new NodeEnvironment(settings, stores, network, new Random(), System.Name);
        return _groups.Value.Ask<object>(new GroupsActor.StartGroup(environment)).GetAwaiter().GetResult() switch
        {
            GroupsActor.GroupStarted started => started.Node,
            GroupsActor.GroupRefused refused => throw new InvalidOperationException(refused.Reason),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Stops a group here: a leader hands over first, everything given to the log is flushed. Returns what went wrong on the way, or null.</summary>
    public async Task<string?> StopAsync(string group)
    {
        ArgumentNullException.ThrowIfNull(group);
        return (await _groups.Value.Ask<GroupStopped>(new GroupsActor.StopGroup(group)).ConfigureAwait(false)).Problem;
    }

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
