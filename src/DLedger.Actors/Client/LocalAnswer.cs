using Akka.Actor;

namespace DLedger.Client;

/// <summary>
/// Takes the answer of an actor of this system. Nobody elsewhere can reach it: its address leads nowhere, and only the reference itself is told.
/// </summary>
/// <typeparam name="T">The answer.</typeparam>
internal sealed class LocalAnswer<T>(Replies replies) : MinimalActorRef
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _answer.Task;

    public override ActorPath Path { get; } = replies.PathFor(replies.NewId());

    public override IActorRefProvider Provider => replies.Provider;

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is T answer) _answer.TrySetResult(answer);
    }
}
