namespace DLedger.Core;

/// <summary>What a <see cref="PeerProgress"/> wants done, in this order.</summary>
internal abstract record PeerEffect
{
    private PeerEffect()
    {
    }

    public sealed record SendCompare(long Round, LogPoint Base, IReadOnlyList<TermRun> Runs) : PeerEffect;

    public sealed record SendTruncate(long Round, LogPoint Keep, LogPoint Reported) : PeerEffect;

    /// <summary>No batches: only the commit position, and a sign of life.</summary>
    public sealed record SendPush(long Round, LogPoint Previous, LogIndex Committed, IReadOnlyList<Batch> Batches) : PeerEffect;

    public sealed record SendInstall(long Round, Tail Base) : PeerEffect;

    /// <summary>Call <see cref="PeerProgress.Wake"/> after this time. One at a time.</summary>
    public sealed record WakeAfter(TimeSpan Time) : PeerEffect;

    /// <summary>Something came in that no member in its right mind says; it changed nothing.</summary>
    public sealed record Dropped(string What) : PeerEffect;

    /// <summary>The peer cannot take this batch, so it gets nothing more.</summary>
    public sealed record TooLarge(LogIndex Index, int Bytes) : PeerEffect;

    /// <summary>
    /// Read batches for this peer; the first must be of <paramref name="Expected"/> (SAFETY 12). Answered by <see cref="PeerProgress.BatchesRead"/>.
    /// </summary>
    public sealed record ReadLog(LogIndex From, Term Expected, int BytesMax) : PeerEffect;
}
