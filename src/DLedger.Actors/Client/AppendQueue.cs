using System.Collections.Concurrent;
using Akka.Actor;

namespace DLedger.Client;

/// <summary>
/// Where callers' threads hand appends to the client actor: in the order of the calls, bounded in entries and bytes. What is beyond the bounds
/// waits for admission, in order too.
/// </summary>
internal sealed class AppendQueue(DLedgerClientOptions options)
{
    private static readonly AppendResult.Rejected Closed = new(RejectReason.Stopping, null, "the client is closed");

    private readonly Lock _gate = new();
    private readonly Queue<PendingAppend> _waiting = new();
    private readonly ConcurrentQueue<PendingAppend> _admitted = new();
    private IActorRef? _actor;
    private int _entries;
    private long _bytes;
    private bool _closed;
    private int _woken;

    public void Open(IActorRef actor) => Volatile.Write(ref _actor, actor);

    public void Enqueue(PendingAppend append)
    {
        lock (_gate)
        {
            if (_closed)
            {
                append.Accepted?.TrySetResult(append.Task);
                ResultTeller.Tell(append, Closed);
                return;
            }

            if (_waiting.Count > 0 || !HasRoomFor(append)) _waiting.Enqueue(append);
            else Admit(append);
        }
    }

    /// <summary>For the client actor, after a <see cref="Wake"/>.</summary>
    public bool TryTake(out PendingAppend append) => _admitted.TryDequeue(out append!);

    /// <summary>For the client actor, before it takes: what comes from here on wakes it again.</summary>
    public void Awake() => Volatile.Write(ref _woken, 0);

    /// <summary>An append is over, whatever became of it.</summary>
    public void Release(PendingAppend append) => Release(append.Count, append.WireBytes);

    /// <summary>Several are over, at one go.</summary>
    public void Release(int entries, long bytes)
    {
        lock (_gate)
        {
            _entries -= entries;
            _bytes -= bytes;
            while (_waiting.TryPeek(out var next) && (next.IsOver || HasRoomFor(next)))
            {
                _waiting.Dequeue();

                // Cancelled while it waited: never sent.
                if (!next.IsOver) Admit(next);
            }
        }
    }

    /// <summary>Nothing is queued any more; what is admitted but not taken, or waits, is refused: it was never sent.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            while (_admitted.TryDequeue(out var append)) ResultTeller.Tell(append, Closed);
            while (_waiting.TryDequeue(out var append))
            {
                append.Accepted?.TrySetResult(append.Task);
                ResultTeller.Tell(append, Closed);
            }
        }
    }

    private bool HasRoomFor(PendingAppend append) =>
        _entries == 0 || (_entries + append.Count <= options.OutstandingMax && _bytes + append.WireBytes <= options.OutstandingBytesMax);

    private void Admit(PendingAppend append)
    {
        _entries += append.Count;
        _bytes += append.WireBytes;
        _admitted.Enqueue(append);
        append.Accepted?.TrySetResult(append.Task);
        if (Interlocked.Exchange(ref _woken, 1) == 0) Volatile.Read(ref _actor)?.Tell(Wake.Instance);
    }

    /// <summary>Admitted appends wait to be taken.</summary>
    internal sealed record Wake : INoSerializationVerificationNeeded
    {
        public static readonly Wake Instance = new();
    }
}
