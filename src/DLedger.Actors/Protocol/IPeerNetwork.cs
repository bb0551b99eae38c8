namespace DLedger.Protocol;

/// <summary>How members reach each other: at most once, in order per receiver while nothing is lost, never blocking.</summary>
internal interface IPeerNetwork
{
    /// <summary>Sends to an actor of another member's node of the same group.</summary>
    void Send(Member to, PeerRole role, PeerMessage message);

    /// <summary>A member was heard by this role of ours. A network without connections has no use for it.</summary>
    void Heard(string memberId, PeerRole at)
    {
    }
}
