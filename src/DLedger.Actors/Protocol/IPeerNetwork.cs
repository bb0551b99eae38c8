using DLedger.Core;

namespace DLedger.Protocol;

/// <summary>How the members of one group reach each other: at most once, in order per receiver while nothing is lost, never blocking.</summary>
internal interface IPeerNetwork
{
    /// <summary>The others of these are to be reached from now on, and nobody else. Said when the member starts, and at every change.</summary>
    void MembersAre(Membership set)
    {
    }

    /// <summary>The member has stopped, or failed: it sends nothing more. Said once or more.</summary>
    void Close()
    {
    }

    /// <summary>Sends to another member's actor, which follows from the message (<see cref="PeerRoles"/>).</summary>
    void Send(string to, PeerMessage message);

    /// <summary>A message of a member was taken. A network without connections has no use for it.</summary>
    void Heard(PeerMessage message)
    {
    }
}
