namespace DLedger.Storage.Faster;

/// <summary>Marks: once the log has been idle for a while, the disk says by itself how far it was flushed (SAFETY 21).</summary>
internal sealed partial class WriteAheadLog
{
    private int _markArmed;

    private void ArmIdleMark()
    {
        if (_lastWasMark || Interlocked.Exchange(ref _markArmed, 1) == 1) return;
        SetMarkTimer(_settings.IdleMarkAfter);
    }

    private void OnIdle()
    {
        TimeSpan left;
        lock (_gate)
        {
            if (_closed || _reporter.HasFailed) return;
            left = _settings.IdleMarkAfter - _time.GetElapsedTime(_lastWriteAt);
        }

        // Busy again since: the timer is not set anew for every write, it looks again when the last one is old enough.
        if (left > TimeSpan.Zero)
        {
            SetMarkTimer(left);
            return;
        }

        Volatile.Write(ref _markArmed, 0);
        // A mark never takes from the reserve, and while something is unflushed the end of that round sets the timer again.
        if (!_lastWasMark && FlushedTo >= TailAddress) TryMark(mayUseReserve: false);
    }

    private void SetMarkTimer(TimeSpan after)
    {
        lock (_gate)
        {
            if (!_closed) _markTimer.Change(after, Timeout.InfiniteTimeSpan);
        }
    }
}
