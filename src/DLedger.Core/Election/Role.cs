namespace DLedger.Core;

internal enum Role
{
    Follower,

    /// <summary>Asks whether an election would succeed, before it disturbs anyone with a new term (Raft thesis 9.6).</summary>
    PreCandidate,

    Candidate,

    Leader,
}
