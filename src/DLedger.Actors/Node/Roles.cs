using Akka.Actor;

namespace DLedger.Node;

/// <summary>The actors of one run of a group. Each role gets this as its first message.</summary>
internal sealed record Roles(
    IActorRef Elector,
    IActorRef EntryHandler,
    IActorRef QuorumAckChecker,
    IActorRef Reader,
    IReadOnlyList<IActorRef> Dispatchers) : IControl, ILocalMessage
{
    /// <summary>Null in a plain log.</summary>
    public IActorRef? StateMachine { get; init; }

    /// <summary>What the state machine says of itself; null in a plain log.</summary>
    public ReplicaReport? Replica { get; init; }
}
