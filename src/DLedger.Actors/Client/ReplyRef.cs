using Akka.Actor;

namespace DLedger.Client;

/// <summary>
/// Takes the one answer to one request: it has an address of its own, and takes nothing with another id than the request's. Cheaper than an actor,
/// and without Ask's timer.
/// </summary>
internal abstract class ReplyRef : MinimalActorRef
{
    private readonly Replies _replies;
    private int _closed;

    protected ReplyRef(Replies replies)
    {
        _replies = replies;
        RequestId = replies.NewId();
        Path = replies.PathFor(RequestId);
        Provider.RegisterTempActor(this, Path);
    }

    /// <summary>To be sent with the request.</summary>
    public long RequestId { get; }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider => _replies.Provider;

    /// <summary>No answer is wanted any more.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0) Provider.UnregisterTempActor(Path);
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        // The address alone does not make it the answer.
        if (message is DLedgerMessage answer && answer.RequestId != RequestId)
        {
            _replies.Drop(answer, RequestId);
            return;
        }

        if (Interlocked.Exchange(ref _closed, 1) != 0) return;
        Provider.UnregisterTempActor(Path);
        Take(message);
    }

    /// <summary>On the thread of whoever answers.</summary>
    protected abstract void Take(object answer);
}
