using System.Diagnostics;

namespace DLedger.Node;

/// <summary>What Core calls a role or a peer's state, in the words of a status.</summary>
internal static class StatusMapping
{
    public static MemberRole Of(Core.Role role) => role switch
    {
        Core.Role.Follower => MemberRole.Follower,
        Core.Role.PreCandidate => MemberRole.PreCandidate,
        Core.Role.Candidate => MemberRole.Candidate,
        Core.Role.Leader => MemberRole.Leader,
        _ => throw new UnreachableException($"Role {role}."),
    };

    public static PeerState Of(Core.PeerState state) => state switch
    {
        Core.PeerState.Compare => PeerState.Compare,
        Core.PeerState.Truncate => PeerState.Truncate,
        Core.PeerState.Append => PeerState.Append,
        Core.PeerState.Install => PeerState.Install,
        _ => throw new UnreachableException($"State {state}."),
    };
}
