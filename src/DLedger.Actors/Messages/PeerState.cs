namespace DLedger;

/// <summary>What a leader is doing with another member. The numbers are written to the wire: never reuse one.</summary>
public enum PeerState
{
    /// <summary>Nothing: whoever reports it does not lead. Also a state of a later version.</summary>
    Idle = 0,

    /// <summary>It looks for the last batch on which the two logs agree.</summary>
    Compare = 1,

    /// <summary>It has the other take back what disagrees.</summary>
    Truncate = 2,

    /// <summary>It sends batches.</summary>
    Append = 3,

    /// <summary>The other lacks more than the leader's log still holds, and is given a new beginning.</summary>
    Install = 4,
}
