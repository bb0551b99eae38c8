namespace DLedger.Node;

/// <summary>
/// How many reads may wait in a member, from when they come until they are answered: for a heartbeat round, and for the disk. Whoever takes one in
/// enters it, and whoever answers it lets it leave. Thread-safe.
/// </summary>
internal sealed class ReadLimit(int max)
{
    private int _waiting;

    public int Waiting => Volatile.Read(ref _waiting);

    public int Max => max;

    /// <summary>False: there is no room.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _waiting) <= max) return true;
        Leave();
        return false;
    }

    public void Leave()
    {
        var left = Interlocked.Decrement(ref _waiting);
        Core.Invariant.Holds(left >= 0, "A read leaves once.");
    }
}
