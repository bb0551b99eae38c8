using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace DLedger.Remoting;

/// <summary>Hears of the end of an actor, for whoever waits outside of all actors: nobody can stop this one.</summary>
internal sealed class ActorEnd : MinimalActorRef
{
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ActorEnd(ExtendedActorSystem system)
    {
        Provider = system.Provider;
        Path = system.Provider.TempPath();
    }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider { get; }

    /// <summary>Completes when the actor has ended, whoever ended it; at once when it has already.</summary>
    public static Task Of(ExtendedActorSystem system, IActorRef actor)
    {
        var watch = new ActorEnd(system);
        var watched = (IInternalActorRef)actor;
        watched.SendSystemMessage(new Watch(watched, watch));

        // The end of a whole system is not told to all.
        return Task.WhenAny(watch._gone.Task, system.WhenTerminated);
    }

    public override void SendSystemMessage(ISystemMessage message)
    {
        if (message is DeathWatchNotification) _gone.TrySetResult();
    }
}
