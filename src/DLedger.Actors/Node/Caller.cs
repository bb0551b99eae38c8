using Akka.Actor;

namespace DLedger.Node;

/// <summary>Who asked, and the id that the answer gives back.</summary>
internal readonly record struct Caller(IActorRef Ref, long RequestId)
{
    /// <param name="answer">With the id of this request already.</param>
    public void Tell(DLedgerMessage answer, IActorRef from) => Ref.Tell(answer, from);
}
