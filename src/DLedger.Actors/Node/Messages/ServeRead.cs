using Akka.Actor;
using DLedger.Core;

namespace DLedger.Node;

/// <summary>
/// To the reader: answer this <see cref="Read"/> or <see cref="GetCommitPosition"/> from what is committed. <paramref name="Position"/> is the read index; null for a local one. It has a place in the
/// <see cref="ReadRoom"/>, which the reader gives back.
/// </summary>
internal sealed record ServeRead(DLedgerMessage Question, IActorRef Client, LogIndex? Position) : ILocalMessage, IAnswerWhenDead
{
    public void AnswerDead(IActorRef from) => Client.Tell(Refusal.Of(Question, RejectReason.Stopping, null, null), from);
}
