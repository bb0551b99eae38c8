using Akka.Actor;
using DLedger.Core;

namespace DLedger.Node;

// Reads of clients and of dispatchers, and the proof that a leader still leads.

/// <summary>QuorumAckChecker to Elector: start a heartbeat round, and say when a quorum has answered it.</summary>
internal sealed record ConfirmLeadership(Term Term, long Token) : ILocalMessage;

/// <summary>Answer to <see cref="ConfirmLeadership"/>.</summary>
internal sealed record RoundConfirmed(Term Term, long Token) : ILocalMessage;

/// <summary>
/// To the reader: answer this <see cref="Read"/> or <see cref="GetCommitPosition"/> from what is committed. <paramref name="Position"/> is the read
/// index; null for a local one. It has a place in the
/// <see cref="ReadLimit"/>, which the reader gives back.
/// </summary>
internal sealed record ServeRead(DLedgerMessage Question, IActorRef Client, LogIndex? Position) : ILocalMessage, IAnswerWhenDead
{
    public void AnswerDead(IActorRef from) => Client.Tell(Refusal.Of(Question, RejectReason.Stopping, null, null), from);
}

/// <summary>Dispatcher to reader: batches for a peer; the first must be of this term (SAFETY 12).</summary>
internal sealed record ReadLog(LogIndex From, Term Expected, int BytesMax, long Question) : ILocalMessage;

/// <summary>Answer to <see cref="ReadLog"/>.</summary>
internal sealed record BatchesRead(ReadOutcome Outcome, IReadOnlyList<Batch> Batches, long Question) : ILocalMessage;
