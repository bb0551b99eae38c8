using System.Runtime.InteropServices;
using DLedger.Core;

namespace DLedger.Client;

/// <summary>
/// One call to append, and the promise of its result. Most have one body that is a whole array, and nobody who cancels: what only the others need
/// stands apart, since there is one of these per entry. Whoever awaits the result goes on where it is told (<see cref="ResultTeller"/>).
/// </summary>
internal sealed class PendingAppend : TaskCompletionSource<AppendResult>
{
    // A byte[], the one body; or Special.
    private object _content;

    public PendingAppend(ReadOnlyMemory<byte> body) =>
        _content = MemoryMarshal.TryGetArray(body, out var segment) && segment.Count == segment.Array!.Length
            ? segment.Array
            : new Special { Body = body };

    public PendingAppend(IReadOnlyList<ReadOnlyMemory<byte>> bodies)
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

    /// <summary>Nobody waits for it any more, or soon nobody will: not to be sent.</summary>
    public bool IsOver => Task.IsCompleted || _content is Special { IsCancelled: true };

    /// <summary>Completed when there is room for it; null when nobody waits for that.</summary>
    public TaskCompletionSource<Task<AppendResult>>? Accepted
    {
        get => (_content as Special)?.Accepted;
        init => MakeSpecial().Accepted = value;
    }

    /// <summary>The state machine's replies are to come back with the answer.</summary>
    public bool WantsReplies
    {
        get => _content is Special { WantsReplies: true };
        init
        {
            if (value) MakeSpecial().WantsReplies = true;
        }
    }

    /// <summary>Before it goes through the queue: from there on others use it.</summary>
    public void CancelWith(CancellationToken cancellation)
    {
        if (!cancellation.CanBeCanceled) return;
        MakeSpecial().Cancellation = cancellation.Register(static (state, token) =>
        {
            // Who cancels is not to run what awaits this.
            var append = (PendingAppend)state!;
            ((Special)append._content).IsCancelled = true;
            append.Accepted?.TrySetCanceled(token);
            ThreadPool.UnsafeQueueUserWorkItem(
                static cancelled => cancelled.append.TrySetCanceled(cancelled.token), (append, token), preferLocal: false);
        }, this);
    }

    public void Finish(AppendResult result)
    {
        if (_content is Special special)
        {
            special.Cancellation.Dispose();
            if (special.IsCancelled) return;
        }

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
        private bool _isCancelled;

        public ReadOnlyMemory<byte> Body { get; init; }

        public IReadOnlyList<ReadOnlyMemory<byte>>? Bodies { get; init; }

        public long BodiesBytes { get; init; }

        public CancellationTokenRegistration Cancellation { get; set; }

        public bool IsCancelled
        {
            get => Volatile.Read(ref _isCancelled);
            set => Volatile.Write(ref _isCancelled, value);
        }

        public AppendResult.Rejected? LastRefusal { get; set; }

        public bool WantsReplies { get; set; }

        public TaskCompletionSource<Task<AppendResult>>? Accepted { get; set; }
    }
}
