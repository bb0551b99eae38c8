using Akka.Actor;
using DLedger.Node;

namespace DLedger.Remoting;

/// <summary>
/// What became of a group that was started here, for whoever waits outside of all actors. Not an actor itself: what ends actors must not end this.
/// </summary>
internal sealed class StartedGroup : MinimalActorRef
{
    private readonly TaskCompletionSource<StopCause> _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ExtendedActorSystem _system;
    private readonly string _group;
    private volatile bool _wasAsked;

    /// <summary>Listens from here on: a group may fail before its start has been answered.</summary>
    public StartedGroup(ExtendedActorSystem system, string group)
    {
        _system = system;
        _group = group;
        Provider = system.Provider;
        Path = system.Provider.TempPath();
        system.EventStream.Subscribe(this, typeof(GroupFailed));
    }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider { get; }

    /// <summary>Completes when the group has stopped, with why.</summary>
    public Task<StopCause> Stopped => _stopped.Task;

    /// <summary>Whether there is no member any more; one that has failed still answers.</summary>
    public bool IsGone { get; private set; }

    /// <summary>It has started, with this root.</summary>
    public void Watch(IActorRef node) =>
        ActorEnd.Of(_system, node).ContinueWith(_ => Ended(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    /// <summary>It is being stopped by us: no reason is needed any more.</summary>
    public void WasAsked() => _wasAsked = true;

    /// <summary>There is no member any more; its root stays for the next start.</summary>
    public void Ended()
    {
        IsGone = true;
        _system.EventStream.Unsubscribe(this);
        _stopped.TrySetResult(_wasAsked
            ? new StopCause.Requested()
            : new StopCause.Failed($"somebody stopped /user/{GroupsActor.Name}/{_group}, or all actors of this ActorSystem"));
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is GroupFailed failed && failed.Group == _group) _stopped.TrySetResult(new StopCause.Failed(failed.Reason));
    }
}
