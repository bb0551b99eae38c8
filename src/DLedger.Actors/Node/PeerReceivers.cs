using System.Diagnostics;
using Akka.Actor;
using DLedger.Protocol;

namespace DLedger.Node;

/// <summary>The roles of one life of a group that members elsewhere speak to.</summary>
/// <param name="Elector">For votes and heartbeats.</param>
/// <param name="EntryHandler">For pushes.</param>
/// <param name="QuorumAckChecker">For read indexes.</param>
/// <param name="Dispatchers">For answers to pushes, by the id of the member that answers.</param>
/// <param name="StateMachine">For the comparison of state machines; null in a plain log.</param>
internal sealed record PeerReceivers(
    IActorRef Elector,
    IActorRef EntryHandler,
    IActorRef QuorumAckChecker,
    IReadOnlyDictionary<string, IActorRef> Dispatchers,
    IActorRef? StateMachine = null)
{
    public IActorRef For(PeerMessage message) => PeerRoles.For(message) switch
    {
        PeerRole.Elector => Elector,
        PeerRole.EntryHandler => EntryHandler,
        PeerRole.QuorumAckChecker => QuorumAckChecker,
        // Whoever is no member has no dispatcher; the log's owner turns its messages away and counts them.
        PeerRole.Dispatcher => Dispatchers.GetValueOrDefault(message.Origin.NodeId) ?? EntryHandler,
        // A plain log beside a state machine is a mistake of whoever set it up: turned away and counted.
        PeerRole.StateMachine => StateMachine ?? EntryHandler,
        _ => throw new UnreachableException(),
    };
}
