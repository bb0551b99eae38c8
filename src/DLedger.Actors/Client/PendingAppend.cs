using DLedger.Core;

namespace DLedger.Client;

/// <summary>One call to append, and the promise of its result: the only object that an append costs at the door.</summary>
internal sealed class PendingAppend : TaskCompletionSource<AppendResult>
{
    private readonly ReadOnlyMemory<byte> _body;
    private readonly IReadOnlyList<ReadOnlyMemory<byte>>? _bodies;
    private CancellationTokenRegistration _cancellation;

    public PendingAppend(ReadOnlyMemory<byte> body)
        : base(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        _body = body;
        Count = 1;
        WireBytes = Batch.EntryOverheadBytes + (long)body.Length;
    }

    public PendingAppend(IReadOnlyList<ReadOnlyMemory<byte>> bodies)
        : base(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        _bodies = bodies;
        Count = bodies.Count;
        foreach (var body in bodies) WireBytes += Batch.EntryOverheadBytes + (long)body.Length;
    }

    public int Count { get; }

    /// <summary>Bodies with their lengths.</summary>
    public long WireBytes { get; }

    /// <summary>Set by the client actor when it takes the append in.</summary>
    public TimeSpan Deadline { get; set; }

    /// <summary>The last refusal, for when no more tries are left.</summary>
    public AppendResult.Rejected? LastRefusal { get; set; }

    /// <summary>Completed when there is room for it; null when nobody waits for that.</summary>
    public TaskCompletionSource<Task<AppendResult>>? Accepted { get; set; }

    public void CancelWith(CancellationToken cancellation)
    {
        if (!cancellation.CanBeCanceled) return;
        _cancellation = cancellation.Register(static (state, token) =>
        {
            var append = (PendingAppend)state!;
            append.TrySetCanceled(token);
            append.Accepted?.TrySetCanceled(token);
        }, this);
    }

    public void Finish(AppendResult result)
    {
        _cancellation.Dispose();
        TrySetResult(result);
    }

    public void AddTo(List<ReadOnlyMemory<byte>> bodies)
    {
        if (_bodies is null) bodies.Add(_body);
        else bodies.AddRange(_bodies);
    }
}
