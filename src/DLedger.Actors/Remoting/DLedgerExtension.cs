using System.Collections.Concurrent;
using System.Diagnostics;
using Akka;
using Akka.Actor;
using Akka.Event;
using Akka.Remote;
using DLedger.Client;
using DLedger.Core;
using DLedger.Node;
using DLedger.Protocol;
using DLedger.Remoting;
using DLedger.Threading;

namespace DLedger;

/// <summary>
/// DLedger in an ActorSystem. <see cref="Get"/> registers the serializer, which is all that an application needs in order to talk to a group
/// elsewhere.
/// </summary>
public sealed class DLedgerExtension : IExtension
{
    /// <summary>Starting a group only makes its actor; opening the store goes on behind it.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);

    private const string SerializerKey = "akka.actor.serializers.dledger";

    private readonly StoreThreads _storeThreads = new();
    private readonly IAlarms _alarms;
    private readonly WireSerializer _serializer;
    private readonly Lazy<(IActorRef Actor, Task Gone)> _groups;
    private readonly ConcurrentDictionary<string, StartedGroup> _started = new(StringComparer.Ordinal);
    private readonly Lazy<Connections> _connections;
    private readonly Lazy<Replies> _replies;

    internal DLedgerExtension(ExtendedActorSystem system)
    {
        System = system;

        // The dispatchers of members; what a user's own configuration says about them holds.
        system.Settings.InjectTopLevelFallback(RemotingConfig.Dispatchers);
        _serializer = Register(system);
        _replies = new Lazy<Replies>(() => new Replies(system));
        PeerRouter.Of(system);
        _connections = new Lazy<Connections>(() => new Connections(system));
        _groups = new Lazy<(IActorRef, Task)>(StartGroups);

        var alarms = new AlarmThread(system.Scheduler, system.Log);
        _alarms = alarms;

        // A system that ends takes its members with it, and their stores are closed as by a clean stop before it says that it has ended.
        system.RegisterOnTermination(() =>
        {
            alarms.Dispose();
            if (!_storeThreads.WaitUntilIdle(CloseTimeMax))
                system.Log.Error(
                    "A store did not close within {0} s: the disk does not answer. Its folder stays locked until it does", CloseTimeMax.TotalSeconds);
        });
    }

    /// <summary>What a stop may take at most: a handover, the end of the roles and of the store, and what they wait for each other.</summary>
    private TimeSpan StopTimeMax => (2 * CloseTimeMax) + StartLimit;

    /// <summary>The system that this belongs to.</summary>
    public ExtendedActorSystem System { get; }

    /// <summary>How many messages came in that were damaged or not ours.</summary>
    public long RefusedMessages => _serializer.Refused;

    /// <summary>
    /// How many answers to other requests came to the addresses of this life's requests, and were dropped: what an earlier life at the same system
    /// name, host and port still had coming.
    /// </summary>
    public long MisdirectedAnswers => _replies.IsValueCreated ? Replies.Misdirected : 0;

    /// <summary>Makes ids and addresses of requests.</summary>
    internal Replies Replies => _replies.Value;

    /// <summary>How long a stop, or the end of the system, waits for a store that closes. Beyond it, its disk hangs.</summary>
    internal TimeSpan CloseTimeMax { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What is known of this system's connections to members.</summary>
    internal Connections Connections => _connections.Value;

    /// <summary>The largest client message that this system's remoting can carry, in bytes.</summary>
    internal long PayloadMax => _serializer.ControlPayloadMax;

    /// <summary>Gets the extension, and registers the serializer at the first time.</summary>
    public static DLedgerExtension Get(ActorSystem system) => system.WithExtension<DLedgerExtension, DLedgerExtensionProvider>();

    /// <summary>
    /// Starts this process's member of a group, at <c>/user/dledger/{group}</c>. It opens its store and takes part from then on;
    /// <see cref="GetStatus"/> tells how far it is. The reference is the same whenever the group is started again in this ActorSystem, and stays good
    /// in between: requests are refused while the group is stopped. Throws <see cref="SettingsException"/> when this system's transports or the kind
    /// of store do not fit the settings, <see cref="DLedgerStartException"/> when this process may have too few files open for a member, and
    /// <see cref="InvalidOperationException"/> when the group runs here already. <see cref="CoordinatedShutdown"/> stops it in the phase
    /// <c>before-actor-system-terminate</c>, as <see cref="StopAsync"/> does; <see cref="WhenStopped"/> tells of every end.
    /// </summary>
    /// <param name="settings">The member. Its host and ports must be those of this ActorSystem, unless it is alone in its group.</param>
    /// <param name="stores">Where its log is.</param>
    /// <param name="machine">Makes its state machine, at the start and whenever its roles start again; null for a plain log.</param>
    /// <param name="machineActor">Or else an actor that is one.</param>
    internal IActorRef Start(
        DLedgerSettings settings, ILogStoreFactory stores, Func<ILedgerStateMachine>? machine = null, Props? machineActor = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(stores);
        if (OpenFileLimit.Problem() is { } tooFew) throw new DLedgerStartException(tooFew);
        CheckDurability(settings, stores);
        if (machine is not null || machineActor is not null) CheckRetention(settings);
        RemotingConfig.CheckFrames(System.Settings.Config, settings);
        if (settings.Members.Count > 1) CheckAddresses(settings.Self);
        foreach (var member in settings.Members) StartedMembers.Of(System).Add(member);
        var network = new RemotePeerNetwork(System, settings);
        var environment = new NodeEnvironment(settings, stores, network, new Random()) 
        {
            LeaseClock = LeaseClock.OfSystem,
            StoreThreads = _storeThreads, Alarms = _alarms, CloseTimeMax = CloseTimeMax,
            StateMachine = machine,
            StateMachineProps = machineActor,
        };
        var (groups, gone) = _groups.Value;
        if (gone.IsCompleted)
            throw new InvalidOperationException(
                $"Somebody stopped /user/{GroupsActor.Name} of the ActorSystem {System.Name}: no group starts in it any more.");
        var started = new StartedGroup(System, settings.Group);
        var isStarted = false;
        try
        {
            var answer = new LocalAnswer<object>(Replies);
            groups.Tell(new GroupsActor.StartGroup(environment), answer);
            switch (answer.Task.WaitAsync(StartLimit).GetAwaiter().GetResult())
            {
                case GroupsActor.GroupStarted { Node: var node }:
                    started.Watch(node);
                    _started[settings.Group] = started;
                    isStarted = true;
                    return node;
                case GroupsActor.GroupRefused refused:
                    throw new InvalidOperationException(refused.Reason);
                case var other:
                    throw new UnreachableException($"{other}");
            }
        }
        finally
        {
            if (!isStarted) started.Ended();
        }
    }

    /// <summary>
    /// Draws an id for <see cref="DLedgerMessage.RequestId"/>, which no other request of this life has, nor one of an earlier life. For applications
    /// that <c>Tell</c>, or use Akka's own <c>Ask</c>: they must compare it with the answer's.
    /// </summary>
    public long NewRequestId() => Replies.NewId();

    /// <summary>
    /// Asks a member by message, without a <see cref="DLedgerClient"/>: what comes back is the answer to this very request. Akka's own <c>Ask</c>
    /// cannot promise that: its addresses start again in each life of a process. When there is no answer in time, an append is
    /// <see cref="AppendResult.Unknown"/>, and everything else throws <see cref="TimeoutException"/>.
    /// </summary>
    /// <param name="member">A member's <c>/user/dledger/{group}</c>, as a reference or a selection.</param>
    /// <param name="request">Its <see cref="DLedgerMessage.RequestId"/> is the caller's own, and comes back; what travels has another one.</param>
    /// <param name="timeout">How long to wait; for an append longer than the group's <c>append-timeout</c>, so that the member's own answer comes
    /// first.</param>
    /// <param name="cancellation">Ends the wait, not what was asked.</param>
    public async Task<TAnswer> AskAsync<TAnswer>(
        ICanTell member, DLedgerRequest<TAnswer> request, TimeSpan timeout, CancellationToken cancellation = default)
        where TAnswer : DLedgerMessage
    {
        ArgumentNullException.ThrowIfNull(member);
        ArgumentNullException.ThrowIfNull(request);
        cancellation.ThrowIfCancellationRequested();
        var reply = new AskRef<TAnswer>(Replies);
        try
        {
            member.Tell(request.WithRequestId(reply.RequestId), reply);
            var answer = await reply.Answer.WaitAsync(timeout, cancellation).ConfigureAwait(false);
            return (TAnswer)((DLedgerMessage)answer).WithRequestId(request.RequestId);
        }
        catch (TimeoutException) when (request is DLedgerRequest<AppendResult>)
        {
            // Sent, and nobody tells what became of it.
            return (TAnswer)(DLedgerMessage)new AppendResult.Unknown(UnknownReason.TimedOut) { RequestId = request.RequestId };
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{request.GetType().Name} was not answered within {timeout.TotalSeconds:0.#} s.", late);
        }
        finally
        {
            reply.Close();
        }
    }

    /// <summary>
    /// Stops this process's member of a group; a leader hands over first. Completes when its store is closed, with what became of it; in any case,
    /// also when the ActorSystem ends meanwhile or a disk hangs, within about a minute.
    /// </summary>
    public async Task<StopResult> StopAsync(string group)
    {
        ArgumentNullException.ThrowIfNull(group);
        if (!_groups.IsValueCreated) return new StopResult.NotRunning();
        if (_started.TryGetValue(group, out var ours)) ours.WasAsked();
        var (groups, gone) = _groups.Value;
        var answer = new LocalAnswer<GroupStopped>(Replies);
        groups.Tell(new GroupsActor.StopGroup(group), answer);
        var asked = answer.Task.WaitAsync(StopTimeMax);
        await Task.WhenAny(asked, gone, System.WhenTerminated).ConfigureAwait(false);
        if (!asked.IsCompleted)
        {
            return new StopResult.Failed(System.WhenTerminated.IsCompleted || CoordinatedShutdown.Get(System).ShutdownReason is not null
                ? $"the ActorSystem {System.Name} has ended, and group {group} with it, without a stop of its own"
                : $"somebody stopped /user/{GroupsActor.Name}, and group {group} with it");
        }

        try
        {
            var result = (await asked.ConfigureAwait(false)).Result;
            ours?.Ended();
            return result;
        }
        catch (TimeoutException)
        {
            return new StopResult.Failed($"group {group} did not stop within {StopTimeMax.TotalSeconds:0.###} s: its disk does not answer");
        }
    }

    /// <summary>
    /// Completes when this process's member of a group is no more, whoever ended it, or has stopped for good. An application that is of no use
    /// without its member ends at a <see cref="StopCause.Failed"/>. Throws <see cref="InvalidOperationException"/> when the group was not started
    /// here.
    /// </summary>
    public Task<StopCause> WhenStopped(string group)
    {
        ArgumentNullException.ThrowIfNull(group);
        return _started.TryGetValue(group, out var started)
            ? started.Stopped
            : throw new InvalidOperationException($"Group {group} was not started in the ActorSystem {System.Name}: start it first.");
    }

    private (IActorRef Actor, Task Gone) StartGroups()
    {
        var groups = System.ActorOf(GroupsActor.Props(), GroupsActor.Name);

        // The last phase in which actors still work: whatever else the application stops may need its ledger until then.
        CoordinatedShutdown.Get(System).AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "dledger-stop-groups", StopAllAsync);
        return (groups, ActorEnd.Of(System, groups));
    }

    private async Task<Done> StopAllAsync()
    {
        await Task.WhenAll(_started.Where(started => !started.Value.IsGone).Select(started => StopOneAsync(started.Key))).ConfigureAwait(false);
        return Done.Instance;
    }

    private async Task StopOneAsync(string group)
    {
        if (await StopAsync(group).ConfigureAwait(false) is not StopResult.Failed failed) return;
        System.Log.Warning("Group {0} did not stop cleanly: {1}", group, failed.Reason);
    }

    /// <summary>
    /// A factory of the wrong kind would make <c>Committed</c> promise a sync that never happens, or a folder of what was to be forgotten.
    /// </summary>
    private static void CheckDurability(DLedgerSettings settings, ILogStoreFactory stores)
    {
        if (stores.IsDurable == (settings.Durability == Durability.Disk)) return;
        throw new SettingsException(stores.IsDurable
            ? $"dledger.durability = memory, but {stores.GetType().Name} keeps everything on disk: set it to disk, or start the member with a "
                + $"factory that keeps its log in memory, such as {nameof(MemoryLogStoreFactory)}."
            : $"dledger.durability = disk, but {stores.GetType().Name} keeps everything in memory and nothing would survive: start the member "
                + $"with a factory that keeps its log on disk, or set dledger.durability = memory.");
    }

    /// <summary>Without snapshots a state is made of all entries, so that none may go.</summary>
    private static void CheckRetention(DLedgerSettings settings)
    {
        var store = settings.Store;
        if (store.RetentionBytes == 0 && store.RetentionAge == TimeSpan.Zero) return;
        var key = store.RetentionBytes != 0 ? $"bytes = {store.RetentionBytes}" : $"age = {store.RetentionAge.TotalSeconds:0.###}s";
        throw new SettingsException(
            $"dledger.retention.{key}: a member with a state machine needs all entries, from the first on, to make its state of them: set it to 0.");
    }

    /// <summary>Others reach this member where the settings say, on both transports.</summary>
    private void CheckAddresses(Member self)
    {
        var addresses = System.Provider is IRemoteActorRefProvider remote ? remote.Transport.Addresses : new HashSet<Address>();
        Check(MemberAddress.ControlProtocol, self.Port);
        Check(MemberAddress.BulkProtocol, self.BulkPort);

        void Check(string protocol, int port)
        {
            if (addresses.Any(address => address.Protocol == protocol && address.Port == port && HostName.AreSame(address.Host, self.Host))) return;
            throw new SettingsException(
                $"dledger.peers: member {self} needs this ActorSystem to listen on "
                + $"{protocol}://{System.Name}@{HostName.WithPort(self.Host, port)}, but it listens on "
                + $"{(addresses.Count == 0 ? "nothing" : string.Join(", ", addresses))}: start it with DLedgerSystem.Start, or with "
                + $"RemotingConfig.Build.");
        }
    }

    private static WireSerializer Register(ExtendedActorSystem system)
    {
        // There already when the system was made with RemotingConfig. Otherwise nothing may be looked up before it is registered: Akka would remember
        // its default, and warn when it is replaced.
        if (system.Settings.Config.HasPath(SerializerKey)
            && system.Serialization.FindSerializerForType(typeof(DLedgerMessage)) is WireSerializer configured)
            return configured;
        var serializer = new WireSerializer(system);
        system.Serialization.AddSerializer("dledger", serializer);

        // Akka remembers the serializer of every type that it has met: naming each type replaces a default that was picked up before.
        foreach (var type in typeof(DLedgerMessage).Assembly.GetTypes())
        {
            if (typeof(DLedgerMessage).IsAssignableFrom(type) || typeof(PeerMessage).IsAssignableFrom(type)
                || typeof(LinkMessage).IsAssignableFrom(type))
                system.Serialization.AddSerializationMap(type, serializer);
        }

        return serializer;
    }
}
