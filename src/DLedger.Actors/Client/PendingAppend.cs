using System.Runtime.InteropServices;
using DLedger.Core;

namespace DLedger.Client;

/// <summary>
/// One call to append, and the promise of its result. Most have one body that is a whole array, and nobody who cancels: what only the others need stands apart, since there is one of these per entry.
/// </summary>
internal sealed class PendingAppend : TaskCompletionSource<AppendResult>
{
    // A byte[], the one body; or Special.
    private object _content;

    public PendingAppend(ReadOnlyMemory<byte> body)
        : base(TaskCreationOptions.RunContinuationsAsynchronously) =>
        _content = MemoryMarshal.TryGetArray(body, out var segment) && segment.Count == segment.Array!.Length ? segment.Array : new Special { Body = body };

    public PendingAppend(IReadOnlyList<ReadOnlyMemory<byte>> bodies)
        : base(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        long bytes = 0;
        foreach (var body in bodies) bytes += WireBytesOf(body);
        _content = new Special { Bodies = bodies, BodiesBytes = bytes };
    }

    public int Count => Bodies?.Count ?? 1;

    /// <summary>Bodies with their lengths.</summary>
    public long WireBytes => _content is Special { Bodies: not null } several ? several.BodiesBytes : WireBytesOf(Body);

    /// <summary>The one body, unless there are <see cref="Bodies"/>.</summary>
    public ReadOnlyMemory<byte> Body => _content is Special special ? special.Body : (byte[])_content;

    /// <summary>Null: there is one <see cref="Body"/>.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? Bodies => (_content as Special)?.Bodies;

    /// <summary>Set by the client actor when it takes the append in.</summary>
    public TimeSpan Deadline { get; set; }

    /// <summary>The last refusal, for when no more tries are left.</summary>
    public AppendResult.Rejected? LastRefusal
    {
        get => (_content as Special)?.LastRefusal;
        set => MakeSpecial().LastRefusal = value;
    }

    /// <summary>Completed when there is room for it; null when nobody waits for that.</summary>
    public TaskCompletionSource<Task<AppendResult>>? Accepted
    {
        get => (_content as Special)?.Accepted;
        init => MakeSpecial().Accepted = value;
    }

    /// <summary>Before it goes through the door: from there on others use it.</summary>
    public void CancelWith(CancellationToken cancellation)
    {
        if (!cancellation.CanBeCanceled) return;
        MakeSpecial().Cancellation = cancellation.Register(static (state, token) =>
        {
            var append = (PendingAppend)state!;
            append.TrySetCanceled(token);
            append.Accepted?.TrySetCanceled(token);
        }, this);
    }

    public void Finish(AppendResult result)
    {
        (_content as Special)?.Cancellation.Dispose();
        TrySetResult(result);
    }

    private static long WireBytesOf(ReadOnlyMemory<byte> body) => Batch.EntryOverheadBytes + (long)body.Length;

    private Special MakeSpecial()
    {
        if (_content is Special already) return already;
        var special = new Special { Body = (byte[])_content };
        _content = special;
        return special;
    }

    private sealed class Special
    {
        public ReadOnlyMemory<byte> Body { get; init; }

        public IReadOnlyList<ReadOnlyMemory<byte>>? Bodies { get; init; }

        public long BodiesBytes { get; init; }

        public CancellationTokenRegistration Cancellation { get; set; }

        public AppendResult.Rejected? LastRefusal { get; set; }

        public TaskCompletionSource<Task<AppendResult>>? Accepted { get; set; }
    }
}
