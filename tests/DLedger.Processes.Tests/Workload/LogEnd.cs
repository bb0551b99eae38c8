namespace DLedger.Processes.Tests;

/// <summary>What the clients of a run know together of the end of the log, so that their reads begin near it.</summary>
internal sealed class LogEnd
{
    private long _next;

    /// <summary>The index behind the last one that any of them has heard of.</summary>
    public long Next => Interlocked.Read(ref _next);

    public void Heard(long index)
    {
        var known = Next;
        while (index >= known && Interlocked.CompareExchange(ref _next, index + 1, known) is var now && now != known) known = now;
    }
}
