using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace DLedger.Node;

/// <summary>
/// The address of a <see cref="PeerRouter"/>. It looks like a local actor to Akka.Remote, which finds it once a thread and remembers it (a reference
/// of any other kind would be looked for at every message), but no actor ever starts behind it: what is told goes to the router at once, and there is
/// no mailbox that it could wait in.
/// </summary>
internal sealed class PeerRouterRef : LocalActorRef
{
    /// <summary>Under <c>/temp</c>, where what is no actor is found by its path.</summary>
    public const string PathWithoutAddress = $"/{Folder}/{Name}";

    private const string Folder = "temp";
    private const string Name = "dledger";

    private readonly PeerRouter _router;

    public PeerRouterRef(ExtendedActorSystem system, PeerRouter router)
        : base(
            (ActorSystemImpl)system, Props.Empty, system.Dispatchers.DefaultGlobalDispatcher, new UnboundedMailbox(), ActorRefs.Nobody,
            system.Provider.RootPath / Folder / Name)
    {
        _router = router;
        system.Provider.RegisterTempActor(this, Path);
    }

    public override bool IsTerminated => false;

    public static bool IsRouter(IActorRef? actor) => actor is not null && actor.Path.ToStringWithoutAddress() == PathWithoutAddress;

    protected override void TellInternal(object message, IActorRef sender) => _router.Deliver(message, sender);

    public override void SendSystemMessage(ISystemMessage message)
    {
        // To watch it, or to stop it: it ends with the system and not before.
    }

    public override void Start()
    {
    }

    public override void Stop()
    {
    }

    public override void Suspend()
    {
    }

    public override void Resume(Exception? causedByFailure = null)
    {
    }

    public override void Restart(Exception cause)
    {
    }
}
