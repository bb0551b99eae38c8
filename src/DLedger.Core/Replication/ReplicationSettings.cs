namespace DLedger.Core;

/// <summary>Limits of what goes to one peer.</summary>
/// <param name="WindowBytes">Most bytes under way without an ack.</param>
/// <param name="WindowBatches">Most batches under way without an ack.</param>
/// <param name="PushBytes">Most bytes of small batches in one push; one larger batch travels alone.</param>
/// <param name="IdleAfter">An idle peer is told the commit position this often (SAFETY 13).</param>
/// <param name="CommitAfter">A commit position that no push carries is told by itself no more often than this, or than
/// <see cref="PeerProgress.Tick"/> comes.</param>
/// <param name="CommitSoon">But when no push has gone for so long, nobody is appending one by one, and a commit position waits no longer.</param>
/// <param name="ResendAfter">Without progress for this long, compare again.</param>
/// <param name="CatchUpBytesPerSecond">While others commit without the peer, it gets what is committed by so much faster than appends come; 0: as
/// fast as it goes.</param>
internal sealed record ReplicationSettings(
    long WindowBytes, int WindowBatches, int PushBytes, TimeSpan IdleAfter, TimeSpan CommitAfter, TimeSpan CommitSoon, TimeSpan ResendAfter,
    long CatchUpBytesPerSecond);
