namespace DLedger.Core;

/// <summary>
/// On a leader: which digests the members have at one mark, and what a quorum has. Whoever differs from that is wrong, be it the leader itself;
/// where no two make a quorum, nobody can tell who is (SAFETY 56). Lives for one mark.
/// </summary>
internal sealed class DigestTally
{
    private readonly Membership _members;
    private readonly SortedDictionary<string, ResultDigest> _told = new(StringComparer.Ordinal);

    /// <param name="members">The set in force.</param>
    /// <param name="self">The leader.</param>
    /// <param name="ours">What it has.</param>
    public DigestTally(Membership members, string self, DigestMark ours)
    {
        ArgumentNullException.ThrowIfNull(members);
        _members = members;
        Mark = ours;
        Told(self, ours.Digest);
    }

    /// <summary>The leader's own.</summary>
    public DigestMark Mark { get; }

    /// <summary>What a quorum has; null as long as none is known to agree.</summary>
    public ResultDigest? OfQuorum { get; private set; }

    /// <summary>Some members differ.</summary>
    public bool IsDisputed { get; private set; }

    /// <summary>What one member has. Those who are no members do not count.</summary>
    public void Told(string member, ResultDigest digest)
    {
        if (_members.IndexOf(member) < 0) return;
        _told[member] = digest;
        IsDisputed |= digest != Mark.Digest;
        if (_members.HasQuorum(life => _told.TryGetValue(life.Id, out var told) && told == digest)) OfQuorum = digest;
    }

    /// <summary>Whose digests are not those of the quorum; nobody as long as there is none.</summary>
    public IReadOnlyList<string> Dissenters() =>
        OfQuorum is { } right ? [.. _told.Where(told => told.Value != right).Select(told => told.Key)] : [];

    public override string ToString() => string.Join(", ", _told.Select(told => $"{told.Key} {told.Value}"));
}
