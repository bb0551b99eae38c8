using Akka.Actor;
using DLedger.Core;

namespace DLedger.Node;

/// <summary>EntryHandler to QuorumAckChecker: a batch was given to the log, with the clients that wait for it in order.</summary>
internal sealed record Appended(Term Term, Batch Batch, IReadOnlyList<AppendIntake<Caller>.Accepted> Clients)
    : ILocalMessage, IAnswerWhenDead
{
    public void AnswerDead(IActorRef from)
    {
        foreach (var client in Clients) client.Client.Tell(new AppendResult.Unknown(UnknownReason.LeadershipLost) { RequestId = client.Client.RequestId }, from);
    }
}
