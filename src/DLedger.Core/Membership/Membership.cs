namespace DLedger.Core;

/// <summary>
/// Who is in a group: its voters; while the voters change, those of the outgoing half too (joint consensus, Raft 6 and thesis 4.3); and learners,
/// who get the log and never count. A value that never changes.
/// </summary>
/// <remarks>
/// A quorum is a majority of the voters and, in a joint set, of the outgoing voters as well (SAFETY 33). Nothing else in the product counts members.
/// Two sets are equal if they have the same lives in the same places. Addresses are attributes: they travel along and make no difference (SAFETY
/// 47).
/// </remarks>
internal sealed class Membership : IEquatable<Membership>
{
    /// <summary>A set with more encoded bytes finds no room in the hard state, and is refused where it comes in.</summary>
    public const int EncodedBytesMax = 3072;

    private readonly MemberLife[] _members;
    private readonly int[] _voters;
    private readonly int[] _outgoing;
    private readonly Dictionary<MemberLife, string> _addresses;

    /// <param name="voters">At least one; each life once.</param>
    /// <param name="outgoing">The voters of the half that is on its way out; none in a stable set.</param>
    /// <param name="learners">None of them votes in either half.</param>
    /// <param name="addresses">Where members are reached, as far as that is known.</param>
    public Membership(
        IEnumerable<MemberLife> voters,
        IEnumerable<MemberLife>? outgoing = null,
        IEnumerable<MemberLife>? learners = null,
        IEnumerable<KeyValuePair<MemberLife, string>>? addresses = null)
    {
        Voters = [.. voters.Order()];
        Outgoing = [.. (outgoing ?? []).Order()];
        Learners = [.. (learners ?? []).Order()];
        Invariant.Holds(ProblemOf(Voters, Outgoing, Learners) is null, $"No set of members: {ProblemOf(Voters, Outgoing, Learners)}.");
        _members = [.. Voters.Union(Outgoing).Union(Learners).Order()];
        _voters = [.. Voters.Select(IndexOf)];
        _outgoing = [.. Outgoing.Select(IndexOf)];
        _addresses = new Dictionary<MemberLife, string>(addresses ?? []);
    }

    public IReadOnlyList<MemberLife> Voters { get; }

    /// <summary>Those who vote as well until the change of voters is committed; empty in a stable set.</summary>
    public IReadOnlyList<MemberLife> Outgoing { get; }

    public IReadOnlyList<MemberLife> Learners { get; }

    /// <summary>Everyone once, in order: what the positions of <see cref="CommittedAt"/> go by.</summary>
    public IReadOnlyList<MemberLife> Members => _members;

    public bool IsJoint => Outgoing.Count > 0;

    /// <summary>A stable set of these ids, whose store ids nobody knows yet.</summary>
    public static Membership Of(IEnumerable<string> ids) => new(ids.Select(id => new MemberLife(id, Guid.Empty)));

    /// <summary>The place of this life among <see cref="Members"/>; negative for a non-member.</summary>
    public int IndexOf(MemberLife member) => Array.BinarySearch(_members, member);

    /// <summary>The place of this id among <see cref="Members"/>, of its first life if there are two; negative for a non-member.</summary>
    public int IndexOf(string id)
    {
        // For every ack and every message: nothing is allocated.
        for (var i = 0; i < _members.Length; i++)
            if (_members[i].Id == id) return i;
        return -1;
    }

    /// <summary>Where this member is reached; null if the set does not say.</summary>
    public string? AddressOf(MemberLife member) => _addresses.GetValueOrDefault(member);

    /// <summary>Whether those who <paramref name="has"/> it are a majority of each half.</summary>
    public bool HasQuorum(Func<MemberLife, bool> has)
    {
        ArgumentNullException.ThrowIfNull(has);
        return VoteResult(member => has(member)) == Core.VoteResult.Won;
    }

    /// <summary>How a vote stands: true for yes, false for no, null for no answer.</summary>
    public VoteResult VoteResult(Func<MemberLife, bool?> votes)
    {
        ArgumentNullException.ThrowIfNull(votes);
        var result = Count(Voters, votes);
        if (!IsJoint) return result;
        var outgoing = Count(Outgoing, votes);
        if (result == outgoing) return result;
        return result == Core.VoteResult.Lost || outgoing == Core.VoteResult.Lost ? Core.VoteResult.Lost : Core.VoteResult.Pending;
    }

    /// <summary>The highest position that a majority of each half has reached (Raft 5.3). Allocates nothing.</summary>
    /// <param name="positions">One for each of <see cref="Members"/>, in their order.</param>
    public LogIndex CommittedAt(ReadOnlySpan<LogIndex> positions)
    {
        Invariant.Holds(positions.Length == _members.Length, "Every member has a position.");
        var committed = MajorityAt(_voters, positions);
        return IsJoint ? LogIndex.Min(committed, MajorityAt(_outgoing, positions)) : committed;
    }

    /// <summary>The bytes of this set; at most <see cref="EncodedBytesMax"/> are ever saved.</summary>
    public byte[] Encode() => MembershipCodec.Encode(this);

    /// <summary>Null for whatever is no set of members; never throws.</summary>
    public static Membership? TryDecode(ReadOnlySpan<byte> encoded) => MembershipCodec.TryDecode(encoded);

    public bool Equals(Membership? other) =>
        other is not null && Voters.SequenceEqual(other.Voters) && Outgoing.SequenceEqual(other.Outgoing) && Learners.SequenceEqual(other.Learners);

    public override bool Equals(object? obj) => Equals(obj as Membership);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var member in _members) hash.Add(member);
        hash.Add(Outgoing.Count);
        return hash.ToHashCode();
    }

    /// <summary>As people read it: <c>n0, n1, n2 (outgoing: n1, n3; learners: n4)</c>.</summary>
    public override string ToString()
    {
        var rest = string.Join("; ", new[] { Named("outgoing: ", Outgoing), Named("learners: ", Learners) }.Where(part => part.Length > 0));
        return rest.Length == 0 ? Named("", Voters) : $"{Named("", Voters)} ({rest})";
    }

    /// <summary>Why these are no set of members; null if they are one.</summary>
    internal static string? ProblemOf(IReadOnlyList<MemberLife> voters, IReadOnlyList<MemberLife> outgoing, IReadOnlyList<MemberLife> learners)
    {
        if (voters.Count == 0) return "nobody votes";
        foreach (var half in new[] { voters, outgoing, learners })
        {
            for (var i = 0; i < half.Count; i++)
            {
                if (string.IsNullOrEmpty(half[i].Id)) return "a member has no id";
                if (i > 0 && half[i - 1].CompareTo(half[i]) == 0) return $"{half[i].Id} is named twice";
                if (i > 0 && half[i - 1].Id == half[i].Id && !ReferenceEquals(half, learners)) return $"two lives of {half[i].Id} vote in one half";
            }
        }

        foreach (var learner in learners)
            if (voters.Contains(learner) || outgoing.Contains(learner)) return $"{learner.Id} votes and learns";
        return null;
    }

    private static VoteResult Count(IReadOnlyList<MemberLife> half, Func<MemberLife, bool?> votes)
    {
        var yes = 0;
        var no = 0;
        foreach (var voter in half)
        {
            var vote = votes(voter);
            if (vote is true) yes++;
            if (vote is false) no++;
        }

        var majority = Quorum.Of(half.Count);
        if (yes >= majority) return Core.VoteResult.Won;
        return half.Count - no < majority ? Core.VoteResult.Lost : Core.VoteResult.Pending;
    }

    private static LogIndex MajorityAt(int[] half, ReadOnlySpan<LogIndex> positions)
    {
        const int OnStack = 16;
        Span<LogIndex> sorted = half.Length <= OnStack ? stackalloc LogIndex[half.Length] : new LogIndex[half.Length];
        for (var i = 0; i < half.Length; i++) sorted[i] = positions[half[i]];
        sorted.Sort();
        return sorted[half.Length - Quorum.Of(half.Length)];
    }

    private static string Named(string what, IReadOnlyList<MemberLife> members) =>
        members.Count == 0 ? "" : what + string.Join(", ", members.Select(member => member.Id));
}
