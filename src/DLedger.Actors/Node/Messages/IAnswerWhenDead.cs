using Akka.Actor;

namespace DLedger.Node;

/// <summary>A message between roles that carries waiting clients: when it becomes a dead letter, they are still answered.</summary>
internal interface IAnswerWhenDead
{
    void AnswerDead(IActorRef from);
}
