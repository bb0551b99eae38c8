using Akka.Actor;

namespace DLedger.Client;

/// <summary>
/// Takes the one answer to one question: answers carry no number, so each question has an address of its own. Cheaper than an actor, and without Ask's timer.
/// </summary>
internal sealed class ReplyRef : MinimalActorRef
{
    private readonly IActorRef _owner;
    private readonly object _question;
    private int _closed;

    public ReplyRef(IActorRefProvider provider, IActorRef owner, object question)
    {
        Provider = provider;
        Path = provider.TempPath();
        _owner = owner;
        _question = question;
        provider.RegisterTempActor(this, Path);
    }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider { get; }

    /// <summary>No answer is wanted any more.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0) Provider.UnregisterTempActor(Path);
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;
        Provider.UnregisterTempActor(Path);
        _owner.Tell(new Answered(_question, message));
    }
}
