using DLedger.Core;

namespace DLedger.Storage.Faster.Tests;

/// <summary>Keeps what a store reports, lets a test wait for it, and notes every breach of the listener's contract.</summary>
internal sealed class RecordingListener : IStoreListener
{
    private readonly object _gate = new();
    private readonly List<string> _breaches = [];
    private WalAddress _flushedTo;
    private long _flushes;
    private string? _failure;
    private LogBase? _base;
    private int _checkpointsDue;
    private int _spaceChanges;
    private readonly List<bool> _stalls = [];
    private int _inside;

    public WalAddress FlushedTo => Get(() => _flushedTo);

    public long Flushes => Get(() => _flushes);

    public string? Failure => Get(() => _failure);

    /// <summary>The last beginning that retention reported.</summary>
    public LogBase? Base => Get(() => _base);

    public int SpaceChanges => Get(() => _spaceChanges);

    public IReadOnlyList<bool> Stalls => Get(() => _stalls.ToArray());

    /// <summary>Calls at the same time, addresses that went back: none in a correct store.</summary>
    public IReadOnlyList<string> Breaches => Get(() => _breaches.ToArray());

    public void Flushed(WalAddress flushedTo) => Note(() =>
    {
        if (flushedTo < _flushedTo) _breaches.Add($"Flushed went back from {_flushedTo} to {flushedTo}.");
        if (_failure is not null) _breaches.Add($"Flushed({flushedTo}) after Failed.");
        _flushedTo = flushedTo;
        _flushes++;
    });

    public void Failed(string reason) => Note(() => _failure ??= reason);

    public void Stalled(bool stalled) => Note(() => _stalls.Add(stalled));

    public void SpaceChanged() => Note(() => _spaceChanges++);

    public void BaseMoved(LogBase newBase) => Note(() =>
    {
        if (_base is { } before && newBase.Index <= before.Index) _breaches.Add($"BaseMoved from {before} to {newBase}.");
        _base = newBase;
    });

    public void CheckpointDue() => Note(() => _checkpointsDue++);

    /// <summary>How often a checkpoint was asked for.</summary>
    public int CheckpointsDue => Get(() => _checkpointsDue);

    /// <summary>True once everything below the address is flushed; false if the store failed before.</summary>
    public bool WaitFlushed(WalAddress endsAt)
    {
        WaitFor($"flushed to {endsAt}", () => _flushedTo >= endsAt || _failure is not null);
        return FlushedTo >= endsAt;
    }

    /// <summary>True once there was another flush than the first <paramref name="seen"/>; false if the store failed before.</summary>
    public bool WaitAnotherFlush(long seen)
    {
        WaitFor($"another flush than the first {seen}", () => _flushes > seen || _failure is not null);
        return Flushes > seen;
    }

    public string WaitFailed()
    {
        WaitFor("failed", () => _failure is not null);
        return Failure!;
    }

    /// <summary>True once space changed more than <paramref name="seen"/> times; false if the store failed before.</summary>
    public bool WaitSpaceChanged(int seen)
    {
        WaitFor("space changed", () => _spaceChanges > seen || _failure is not null);
        return SpaceChanges > seen;
    }

    public void WaitStall(bool stalled) => WaitFor($"stalled {stalled}", () => _stalls.Count > 0 && _stalls[^1] == stalled);

    public LogBase WaitBaseMoved(LogIndex above)
    {
        WaitFor($"base above {above}", () => _base is { } now && now.Index > above);
        return Base!;
    }

    public void WaitCheckpointDue(int seen) => WaitFor($"asked for another checkpoint than the first {seen}", () => _checkpointsDue > seen);

    private void WaitFor(string what, Func<bool> happened) =>
        Deadline.WaitFor(_gate, happened, () => $"{what}. Flushed to {_flushedTo} after {_flushes} flushes, failure: {_failure ?? "none"}.");

    private void Note(Action news)
    {
        var others = Interlocked.Increment(ref _inside) - 1;
        lock (_gate)
        {
            if (others > 0) _breaches.Add("Two calls at a time.");
            news();
            Monitor.PulseAll(_gate);
        }

        Interlocked.Decrement(ref _inside);
    }

    private T Get<T>(Func<T> value)
    {
        lock (_gate) return value();
    }
}
