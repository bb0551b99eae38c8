using System.Diagnostics;
using DLedger.Core;

namespace DLedger.Storage.Faster.Tests;

/// <summary>What a store reported; tests wait for events, with a deadline that only turns a hang into a failure.</summary>
internal sealed class StoreNews : IStoreListener, IStoreRounds
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly object _gate = new();
    private WalAddress _flushedTo;
    private string? _failure;
    private LogBase? _base;
    private int _checkpointsDue;
    private int _spaceChanges;
    private bool? _stalled;

    /// <summary>Called with every flushed address, on the store's thread.</summary>
    public Action<WalAddress>? OnFlushed { get; set; }

    /// <summary>Called when all of a round is told, on the store's thread: whether it was the last for now.</summary>
    public Action<bool>? OnRoundEnds { get; set; }

    public WalAddress FlushedTo => Look(() => _flushedTo);

    public string? Failure => Look(() => _failure);

    public int SpaceChanges => Look(() => _spaceChanges);

    public bool? IsStalled => Look(() => _stalled);

    /// <summary>How often a checkpoint was asked for.</summary>
    public int CheckpointsDue => Look(() => _checkpointsDue);

    public LogBase? Base => Look(() => _base);

    public void Flushed(WalAddress flushedTo)
    {
        OnFlushed?.Invoke(flushedTo);
        Note(() => _flushedTo = flushedTo);
    }

    public void RoundBegins()
    {
    }

    public void RoundEnds(bool isLast) => OnRoundEnds?.Invoke(isLast);

    public void Failed(string reason) => Note(() => _failure = reason);

    public void Stalled(bool stalled) => Note(() => _stalled = stalled);

    public void SpaceChanged() => Note(() => _spaceChanges++);

    public void BaseMoved(LogBase newBase) => Note(() => _base = newBase);

    public void CheckpointDue() => Note(() => _checkpointsDue++);

    public void WaitFlushed(WalAddress address) => Wait($"flushed to {address}", () => _failure is not null || _flushedTo >= address);

    public string WaitFailed()
    {
        Wait("failed", () => _failure is not null);
        return Failure!;
    }

    public void WaitSpaceChanges(int count) => Wait($"{count} changes of space", () => _spaceChanges >= count);

    public void WaitStalled(bool stalled) => Wait($"stalled {stalled}", () => _stalled == stalled);

    public LogBase WaitBase(LogIndex atLeast)
    {
        Wait($"base at {atLeast}", () => _base?.Index >= atLeast);
        return Base!;
    }

    public void WaitCheckpointDue(int count) => Wait($"asked for checkpoint {count}", () => _checkpointsDue >= count);

    private void Note(Action change)
    {
        lock (_gate)
        {
            change();
            Monitor.PulseAll(_gate);
        }
    }

    private T Look<T>(Func<T> look)
    {
        lock (_gate) return look();
    }

    private void Wait(string what, Func<bool> holds)
    {
        var since = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            while (!holds())
            {
                var left = Deadline - Stopwatch.GetElapsedTime(since);
                if (left <= TimeSpan.Zero || !Monitor.Wait(_gate, left)) throw new TimeoutException($"Never {what}.");
            }
        }
    }
}
