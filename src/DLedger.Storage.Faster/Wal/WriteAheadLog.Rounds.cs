namespace DLedger.Storage.Faster;

/// <summary>Hand over, write, sync, tell, and again: all on the device's thread.</summary>
internal sealed partial class WriteAheadLog
{
    private readonly object _flushGate = new();
    private long _flushedTo;

    /// <summary>Everything below is on disk and synced.</summary>
    public long FlushedTo => Volatile.Read(ref _flushedTo);

    /// <summary>Waits until everything below an address is flushed; false if the store failed instead. Not for the owner's thread.</summary>
    public bool WaitFlushed(long address)
    {
        lock (_flushGate)
        {
            while (FlushedTo < address)
            {
                if (_reporter.HasFailed) return false;
                _device.Kick();
                Monitor.Wait(_flushGate);
            }
        }

        return true;
    }

    /// <summary>Has FASTER hand over everything that it holds; what comes after goes into the next round (group commit).</summary>
    private void StartRound() => _tailFlush.Run();

    private void EndRound(bool done)
    {
        // FASTER moves this address in the completions that the device has just made, so it stands for synced bytes only, without a hole.
        var flushed = _log.FlushedUntilAddress;
        if (done && flushed > FlushedTo)
        {
            Volatile.Write(ref _flushedTo, flushed);
            _onFlushed(flushed);
            _reporter.Flushed(flushed);
            if (flushed >= TailAddress) ArmIdleMark();
        }

        lock (_flushGate) Monitor.PulseAll(_flushGate);
    }
}
