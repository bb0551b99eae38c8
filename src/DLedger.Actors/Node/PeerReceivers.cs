using System.Diagnostics;
using Akka.Actor;
using DLedger.Protocol;

namespace DLedger.Node;

/// <summary>The roles of one life of a group that members elsewhere speak to.</summary>
/// <param name="Elector">For votes and heartbeats.</param>
/// <param name="EntryHandler">For pushes.</param>
/// <param name="Dispatchers">For answers to pushes, by the id of the member that answers.</param>
internal sealed record PeerReceivers(IActorRef Elector, IActorRef EntryHandler, IReadOnlyDictionary<string, IActorRef> Dispatchers)
{
    public IActorRef For(PeerMessage message) => PeerRoles.For(message) switch
    {
        PeerRole.Elector => Elector,
        PeerRole.EntryHandler => EntryHandler,
        // Whoever is no member has no dispatcher; the log's owner turns its messages away and counts them.
        PeerRole.Dispatcher => Dispatchers.GetValueOrDefault(message.Origin.NodeId) ?? EntryHandler,
        _ => throw new UnreachableException(),
    };
}
