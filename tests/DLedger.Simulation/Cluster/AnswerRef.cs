using Akka.Actor;

namespace DLedger.Simulation;

/// <summary>A client that waits for one answer, on the node it asks: nothing is lost between the two, so the time of the answer is exact.</summary>
internal sealed class AnswerRef : MinimalActorRef
{
    private readonly Action<object> _answered;

    public AnswerRef(ActorSystem system, string name, Action<object> answered)
    {
        _answered = answered;
        Provider = ((ExtendedActorSystem)system).Provider;
        Path = new RootActorPath(Provider.DefaultAddress) / "client" / name;
    }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider { get; }

    protected override void TellInternal(object message, IActorRef sender) => _answered(message);
}
