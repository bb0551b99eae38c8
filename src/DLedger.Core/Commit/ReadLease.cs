namespace DLedger.Core;

/// <summary>
/// The lease of one leadership, where it is used: until when nobody else can have committed anything, so that what is committed here is all there is
/// (SAFETY 79). Only this can withdraw it before its time (SAFETY 80).
/// </summary>
internal sealed class ReadLease
{
    private TimeSpan _until = TimeSpan.MinValue;
    private bool _isGivenUp;

    /// <summary>By the clock of leases; the last word counts.</summary>
    public void Until(TimeSpan until) => _until = until;

    /// <summary>
    /// Leadership may be handed over from now on, and a voter that is asked for that forgets its promise. For good: even if the transfer fails, its
    /// message may still be on the way.
    /// </summary>
    public void GiveUp() => _isGivenUp = true;

    public bool IsHeld(TimeSpan now) => !_isGivenUp && now < _until;

    /// <summary>The read index for a read that came before <paramref name="now"/>, without asking anybody; false: a round has to prove it.</summary>
    /// <param name="commits">Of this leadership.</param>
    /// <param name="now">By the clock of leases.</param>
    /// <param name="position">What has to be applied.</param>
    public bool TryPosition(CommitRule commits, TimeSpan now, out LogIndex position)
    {
        position = commits.Committed;
        // Only once a batch of this term is committed is it known what is (Raft 8).
        return commits.OwnTermCommitted && IsHeld(now);
    }
}
