using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>
/// The one way from the store's threads to the listener: one call at a time, flush addresses only growing, nothing after the first failure. Never
/// called with a lock of the store held, so that a listener may ask the store back.
/// </summary>
internal sealed class StoreReporter
{
    private readonly Lock _gate = new();
    private volatile string? _failure;

    /// <summary>Null until the log is open; before, there is nobody to tell.</summary>
    private volatile IStoreListener? _listener;

    private bool _open;

    /// <summary>Used by the log's thread alone: the listener heard that the round begins.</summary>
    private bool _isInRound;

    private long _flushedTo;
    private int _stalls;

    /// <summary>Why the store failed; null while it has not. The first reason stays (SAFETY 24).</summary>
    public string? Failure => _failure;

    public bool HasFailed => _failure is not null;

    /// <summary>From here on the listener hears what happens; before, a failure is the opener's to throw.</summary>
    public void Open(IStoreListener listener, long flushedTo)
    {
        lock (_gate)
        {
            _listener = listener;
            _open = true;
            _flushedTo = flushedTo;
        }
    }

    /// <summary>The store is closed: nothing more is said.</summary>
    public void Close()
    {
        lock (_gate) _open = false;
    }

    public void Flushed(long address)
    {
        lock (_gate)
        {
            if (!_open || HasFailed || address <= _flushedTo) return;
            _flushedTo = address;
            Tell(static (listener, address) => listener.Flushed(new WalAddress(address)), address);
        }
    }

    /// <summary>Not under the lock: what the news set off may run in it.</summary>
    public void BeginRound()
    {
        _isInRound = _listener is not null;
        Tell(static (listener, _) => (listener as IStoreRounds)?.RoundBegins(), 0);
    }

    public void EndRound(bool isLast)
    {
        if (_isInRound) Tell(static (listener, isLast) => (listener as IStoreRounds)?.RoundEnds(isLast), isLast);
    }

    public void Failed(string reason)
    {
        lock (_gate)
        {
            if (HasFailed) return;
            _failure = reason;
            if (_open) Tell(static (listener, reason) => listener.Failed(reason), reason);
        }
    }

    /// <summary>Several disks may stall at a time; the listener hears of the first and of the end of the last.</summary>
    public void Stalled(bool stalled)
    {
        lock (_gate)
        {
            _stalls += stalled ? 1 : -1;
            if (_open && !HasFailed && _stalls == (stalled ? 1 : 0)) Tell(static (listener, stalled) => listener.Stalled(stalled), stalled);
        }
    }

    public void SpaceChanged()
    {
        lock (_gate)
        {
            if (_open && !HasFailed) Tell(static (listener, _) => listener.SpaceChanged(), 0);
        }
    }

    public void BaseMoved(LogBase newBase)
    {
        lock (_gate)
        {
            if (_open && !HasFailed) Tell(static (listener, newBase) => listener.BaseMoved(newBase), newBase);
        }
    }

    public void CheckpointDue()
    {
        lock (_gate)
        {
            if (_open && !HasFailed) Tell(static (listener, _) => listener.CheckpointDue(), 0);
        }
    }

    /// <summary>
    /// An owner that can no longer be told anything, because its system has ended for instance, has no use for the log any more; and no thread of the
    /// store may end by it.
    /// </summary>
    private void Tell<T>(Action<IStoreListener, T> tell, T news)
    {
        try
        {
            if (_listener is { } listener) tell(listener, news);
        }
        catch (Exception error)
        {
            lock (_gate) _failure ??= $"The owner of the log could not be told: {error.Message}";
        }
    }
}
