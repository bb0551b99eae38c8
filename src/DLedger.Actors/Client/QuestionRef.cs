using Akka.Actor;

namespace DLedger.Client;

/// <summary>Takes the answer to one try of a question of the client actor.</summary>
internal sealed class QuestionRef(Replies replies, IActorRef owner, object question) : ReplyRef(replies)
{
    protected override void Take(object answer) => owner.Tell(new Answered(this, question, answer));
}
