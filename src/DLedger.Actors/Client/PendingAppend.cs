using DLedger.Core;

namespace DLedger.Client;

/// <summary>One call to append, and the promise of its result. Most have one body and nobody who cancels: what only the others need stands apart, since there is one of these per entry.</summary>
internal sealed class PendingAppend : TaskCompletionSource<AppendResult>
{
    private readonly ReadOnlyMemory<byte> _body;
    private Rarities? _rare;

    public PendingAppend(ReadOnlyMemory<byte> body)
        : base(TaskCreationOptions.RunContinuationsAsynchronously) => _body = body;

    public PendingAppend(IReadOnlyList<ReadOnlyMemory<byte>> bodies)
        : base(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        long bytes = 0;
        foreach (var body in bodies) bytes += Batch.EntryOverheadBytes + (long)body.Length;
        _rare = new Rarities { Bodies = bodies, WireBytes = bytes };
    }

    public int Count => _rare?.Bodies is { } bodies ? bodies.Count : 1;

    /// <summary>Bodies with their lengths.</summary>
    public long WireBytes => _rare is { Bodies: not null } rare ? rare.WireBytes : Batch.EntryOverheadBytes + (long)_body.Length;

    /// <summary>Set by the client actor when it takes the append in.</summary>
    public TimeSpan Deadline { get; set; }

    /// <summary>The last refusal, for when no more tries are left.</summary>
    public AppendResult.Rejected? LastRefusal
    {
        get => _rare?.LastRefusal;
        set => Rare.LastRefusal = value;
    }

    /// <summary>Completed when there is room for it; null when nobody waits for that.</summary>
    public TaskCompletionSource<Task<AppendResult>>? Accepted
    {
        get => _rare?.Accepted;
        init => Rare.Accepted = value;
    }

    private Rarities Rare => _rare ??= new Rarities();

    /// <summary>Before it goes through the door: from there on others use it.</summary>
    public void CancelWith(CancellationToken cancellation)
    {
        if (!cancellation.CanBeCanceled) return;
        Rare.Cancellation = cancellation.Register(static (state, token) =>
        {
            var append = (PendingAppend)state!;
            append.TrySetCanceled(token);
            append.Accepted?.TrySetCanceled(token);
        }, this);
    }

    public void Finish(AppendResult result)
    {
        _rare?.Cancellation.Dispose();
        TrySetResult(result);
    }

    public void AddTo(List<ReadOnlyMemory<byte>> bodies)
    {
        if (_rare?.Bodies is { } several) bodies.AddRange(several);
        else bodies.Add(_body);
    }

    private sealed class Rarities
    {
        public IReadOnlyList<ReadOnlyMemory<byte>>? Bodies { get; init; }

        public long WireBytes { get; init; }

        public CancellationTokenRegistration Cancellation { get; set; }

        public AppendResult.Rejected? LastRefusal { get; set; }

        public TaskCompletionSource<Task<AppendResult>>? Accepted { get; set; }
    }
}
