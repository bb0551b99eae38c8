using Akka.Actor;
using Akka.Event;
using DLedger.Protocol;
using DLedger.Remoting;

namespace DLedger.Node;

/// <summary>What the role actors have in common: the first message tells a role who the others are.</summary>
internal abstract class RoleActor(RoleContext context) : UntypedActor, IWithTimers
{
    public ITimerScheduler Timers { get; set; } = null!;

    protected RoleContext Shared { get; } = context;

    protected DLedgerSettings Settings => Shared.Settings;

    protected ILoggingAdapter Log { get; } = Context.GetLogger();

    protected Roles Roles { get; private set; } = null!;

    protected static TimeSpan Now => Context.System.Scheduler.MonotonicClock;

    /// <summary>By the clock of leases; past the end of any of them where there is no such clock.</summary>
    protected TimeSpan LeaseNow => Shared.Environment.LeaseClock?.Invoke() ?? TimeSpan.MaxValue;

    /// <summary>Answers come from the node root, so that a client sees one address.</summary>
    protected IActorRef Node { get; } = Context.Parent;

    protected override void OnReceive(object message)
    {
        // Others may be faster than our own start; they repeat what matters.
        if (message is PeerMessage) return;
        if (message is not Roles roles)
        {
            Unhandled(message);
            return;
        }

        Roles = roles;
        Started();
    }

    /// <summary>After the applied position was raised: reads may wait for just that.</summary>
    protected void WakeReader()
    {
        if (Shared.Applied.TakeAwaited()) Roles.Reader.Tell(new AppliedAdvanced(Shared.Applied.Value));
    }

    internal static string NoRoom(ReadLimit limit) => $"{limit.Max} reads wait to be answered: pending-reads-max";

    /// <summary>Whether the message may be looked at; if so, its sender was heard.</summary>
    protected bool Accepts(PeerMessage message)
    {
        if (!PeerRouter.IsStamp(Sender))
        {
            DropUnstamped(message);
            return false;
        }

        if (!Shared.Filter.Accepts(message.Origin, Log, Now)) return false;
        Shared.Environment.Network.Heard(message);
        return true;
    }

    /// <summary>
    /// Counts and says what comes of a store that nobody knows its sender by. Not that of a member that is still to be asked, or of one that was
    /// wiped and is told so all the time.
    /// </summary>
    protected void DropIfUnknown(PeerMessage message)
    {
        var standing = Shared.Peers.Of(message.Origin.NodeId);
        if (standing.Current is null || standing.Current == message.Origin.Store || standing.Voter == message.Origin.Store) return;
        Shared.Filter.Drop($"a {message.GetType().Name} of '{message.Origin.NodeId}' with a data folder that it was never known by", Log, Now);
    }

    /// <summary>
    /// What the serializer could not read is dropped and counted, and so is what members say to a role that has no ear for them; anything else that
    /// nobody handles is a bug that Akka reports.
    /// </summary>
    protected override void Unhandled(object message)
    {
        if (message is Undecodable undecodable) Shared.Filter.Drop($"a message that cannot be read: {undecodable}", Log, Now);
        else if (message is PeerMessage peer) DropUnstamped(peer);
        else base.Unhandled(message);
    }

    private void DropUnstamped(PeerMessage message) =>
        Shared.Filter.Drop($"a {message.GetType().Name} of '{message.Origin.NodeId}' that did not come in by the router", Log, Now);

    /// <summary>Everything is wired up: become something.</summary>
    protected abstract void Started();
}
