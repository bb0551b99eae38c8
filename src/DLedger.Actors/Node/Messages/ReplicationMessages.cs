using Akka.Actor;
using DLedger.Core;

namespace DLedger.Node;

// A batch on its way from the log's owner to its commit.

/// <summary>EntryHandler to itself, behind the appends that are queued: close what you collected.</summary>
internal sealed record CloseBatch(Term Term) : ILocalMessage;

/// <summary>EntryHandler to QuorumAckChecker: a batch was given to the log, with the clients that wait for it in order.</summary>
internal sealed record Appended(Term Term, Batch Batch, IReadOnlyList<AppendIntake<Caller>.Accepted> Clients)
    : ILocalMessage, IAnswerWhenDead
{
    public void AnswerDead(IActorRef from)
    {
        foreach (var waiting in Clients)
        {
            var client = waiting.Client;
            client.Tell(new AppendResult.Unknown(UnknownReason.LeadershipLost) { RequestId = client.RequestId }, from);
        }
    }
}

/// <summary>EntryHandler to dispatchers: a batch was given to the log; push it.</summary>
internal sealed record Handed(Term Term, Batch Batch) : ILocalMessage;

/// <summary>EntryHandler to QuorumAckChecker: the leader's own ack.</summary>
internal sealed record SelfFlushed(Term Term, LogIndex Flushed) : ILocalMessage;

/// <summary>Dispatcher to QuorumAckChecker: this store of this peer has everything up to here on disk.</summary>
internal sealed record PeerAcked(Term Term, string Peer, Guid Store, LogIndex Flushed) : ILocalMessage;

/// <summary>QuorumAckChecker to EntryHandler and dispatchers: the commit position.</summary>
internal sealed record CommitAdvanced(Term Term, LogIndex Committed) : ILocalMessage;
