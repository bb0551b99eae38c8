using Akka.Actor;
using DLedger.Core;

namespace DLedger.Node;

/// <summary>To the reader: serve this read from what is committed. <paramref name="Position"/> is the read index; null for a local read.</summary>
internal sealed record ServeRead(Read Read, IActorRef Client, LogIndex? Position) : INoSerializationVerificationNeeded, IAnswerWhenDead
{
    public void AnswerDead(IActorRef from) => Client.Tell(new ReadResult.Rejected(RejectReason.Stopping), from);
}
