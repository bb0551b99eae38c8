using Akka.Actor;

namespace DLedger.Node;

/// <summary>Who asked, and the id that the answer gives back.</summary>
/// <param name="WantsReplies">Of the state machine, with the answer.</param>
internal readonly record struct Caller(IActorRef Ref, long RequestId, bool WantsReplies = false)
{
    /// <param name="answer">With the id of this request already.</param>
    public void Tell(DLedgerMessage answer, IActorRef from) => Ref.Tell(answer, from);
}
