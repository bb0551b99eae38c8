namespace DLedger.Core;

/// <summary>What counts of a peer. Told by the election, the only one who decides it.</summary>
/// <param name="Voter">The store id that votes, leads and acks for it; null before we met.</param>
/// <param name="Current">
/// The store id that it answered with last: another one than <paramref name="Voter"/> was wiped; it is fed and counts for nothing.
/// </param>
/// <param name="IsOfOurs">It and we were founded with the same list, and that is today's: else nothing of it counts.</param>
/// <param name="MaxEntryBytes">The largest entry that it takes; 0 before it said so.</param>
/// <param name="BatchBytesMax">The largest batch of several entries that it takes; 0 before it said so.</param>
internal sealed record PeerStanding(Guid? Voter, Guid? Current, bool IsOfOurs, long MaxEntryBytes, long BatchBytesMax)
{
    public static readonly PeerStanding Unknown = new(null, null, IsOfOurs: false, 0, 0);

    /// <summary>Whether a message of this store is a member's word.</summary>
    public bool Counts(Guid store) => IsOfOurs && Voter == store;

    /// <summary>Whether what this store says of its log is listened to, in order to bring it up to date.</summary>
    public bool IsFed(Guid store) => IsOfOurs && (Voter == store || Current == store);
}
