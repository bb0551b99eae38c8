namespace DLedger.Client;

/// <summary>Takes the answer to one request of an application.</summary>
/// <typeparam name="TAnswer">The family of its answers.</typeparam>
internal sealed class AskRef<TAnswer>(Replies replies) : ReplyRef(replies)
    where TAnswer : DLedgerMessage
{
    private readonly TaskCompletionSource<TAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TAnswer> Answer => _answer.Task;

    protected override void Take(object answer)
    {
        // One that cannot be read is none; the serializer has counted it.
        if (answer is TAnswer expected) _answer.TrySetResult(expected);
    }
}
