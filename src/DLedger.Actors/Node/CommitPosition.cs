using DLedger.Core;

namespace DLedger.Node;

/// <summary>
/// How far the log is committed, as far as this node knows; it only grows. Raised by whoever learns it, the quorum-ack checker of a leader and the log's owner of a follower, and read by
/// the reader: one that has nothing to read need not be woken at every commit. Thread-safe.
/// </summary>
internal sealed class CommitPosition
{
    private long _committed;

    public LogIndex Value => new(Volatile.Read(ref _committed));

    public void Raise(LogIndex committed)
    {
        var known = Volatile.Read(ref _committed);
        while (known < committed.Value)
        {
            var found = Interlocked.CompareExchange(ref _committed, committed.Value, known);
            if (found == known) return;
            known = found;
        }
    }
}
