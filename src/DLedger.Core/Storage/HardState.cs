namespace DLedger.Core;

/// <summary>What a node must never forget. <paramref name="Peers"/> is ordered by id (ordinal) and holds each peer once.</summary>
public sealed record HardState(Term Term, string? VotedFor, IReadOnlyList<KnownPeer> Peers)
{
    public static readonly HardState Initial = new(Term.None, null, []);
}
