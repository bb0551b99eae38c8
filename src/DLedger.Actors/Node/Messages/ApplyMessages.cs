using Akka.Actor;
using DLedger.Core;

namespace DLedger.Node;

// What is committed, on its way through the state machine.

/// <summary>
/// To the state machine: the log is committed up to here. From the quorum-ack checker of a leader, with the clients that wait for it in order, and
/// ahead of anybody else's hearing of it (SAFETY 55); from the EntryHandler of a follower, with none.
/// </summary>
internal sealed record ApplyUpTo(Term Term, LogIndex Committed, IReadOnlyList<WaitingClients<Caller>.Waiting> Clients)
    : ILocalMessage, IAnswerWhenDead
{
    public void AnswerDead(IActorRef from)
    {
        foreach (var waiting in Clients)
            waiting.Client.Tell(new AppendResult.Unknown(UnknownReason.LeadershipLost) { RequestId = waiting.Client.RequestId }, from);
    }
}

/// <summary>State machine to QuorumAckChecker and EntryHandler: everything up to here is applied, and its clients are answered.</summary>
internal sealed record AppliedAdvanced(LogIndex Applied) : ILocalMessage;
