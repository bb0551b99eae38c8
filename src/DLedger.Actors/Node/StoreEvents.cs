using Akka.Actor;
using DLedger.Core;
using DLedger.Threading;

namespace DLedger.Node;

/// <summary>Passes what a store reports on to the log's owner; before there is one, to the node root.</summary>
internal sealed class StoreEvents : IStoreListener, IStoreRounds
{
    private readonly Lock _gate = new();
    private readonly IActorRef _node;
    private volatile IActorRef _owner;
    private bool _stalled;

    public StoreEvents(IActorRef node) => _node = _owner = node;

    public void AttachTo(IActorRef owner)
    {
        // A stall that began before there was an owner is news to it; and its end, which the store may be telling this very moment, must come behind
        // it.
        lock (_gate)
        {
            _owner = owner;
            if (_stalled) owner.Tell(new StoreStalled(true), ActorRefs.NoSender);
        }
    }

    /// <summary>The store's thread is borrowed: what it tells can run on it, while there is nothing to write.</summary>
    public void RoundBegins() => BorrowedThread.Begin();

    public void RoundEnds(bool isLast)
    {
        if (isLast) BorrowedThread.RunReady();
        else BorrowedThread.HandOff();
    }

    public void Flushed(WalAddress flushedTo) => _owner.Tell(new StoreFlushed(flushedTo), ActorRefs.NoSender);

    public void Failed(string reason) => _node.Tell(new StoreFailed(reason, this), ActorRefs.NoSender);

    public void Stalled(bool stalled)
    {
        lock (_gate)
        {
            _stalled = stalled;
            _owner.Tell(new StoreStalled(stalled), ActorRefs.NoSender);
        }
    }

    public void SpaceChanged() => _owner.Tell(new StoreSpaceChanged(), ActorRefs.NoSender);

    public void BaseMoved(LogBase newBase) => _owner.Tell(new StoreBaseMoved(newBase.Tail), ActorRefs.NoSender);

    public void CheckpointDue() => _owner.Tell(new StoreCheckpointDue(), ActorRefs.NoSender);
}
