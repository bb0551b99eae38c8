namespace DLedger.Core;

/// <summary>What a node must never forget. <paramref name="Peers"/> is ordered by id (ordinal) and holds each peer once.</summary>
/// <param name="Founders">
/// The ids of all members of the group that this folder belongs to, its own included, ordered (ordinal); null in a folder of before there was such a
/// list, and in a new one.
/// </param>
/// <param name="Floor">
/// Where the log ended that came along when <paramref name="Founders"/> were last changed: nobody leads with less, and this node votes for nobody
/// with less.
/// </param>
internal sealed record HardState(
    Term Term, string? VotedFor, IReadOnlyList<KnownPeer> Peers, IReadOnlyList<string>? Founders = null, LogPoint Floor = default)
{
    public static readonly HardState Initial = new(Term.None, null, []);

    /// <summary>Nothing was ever saved here.</summary>
    public bool IsNew => Term == Term.None && VotedFor is null && Peers.Count == 0 && Founders is null;
}
