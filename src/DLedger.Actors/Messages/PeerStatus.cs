namespace DLedger;

/// <summary>What a member knows of another one.</summary>
public sealed class PeerStatus
{
    /// <summary>The other member.</summary>
    public required string Id { get; init; }

    /// <summary>Its <see cref="Member.Address"/>.</summary>
    public required string Address { get; init; }

    /// <summary>Heard of within two election timeouts. Followers hear little of each other: ask the leader.</summary>
    public bool Reachable { get; init; }

    /// <summary>What the leader is doing with it; <see cref="PeerState.Idle"/> elsewhere.</summary>
    public PeerState State { get; init; }

    /// <summary>On a leader: the last log index (of a batch) known to be flushed there; -1 elsewhere.</summary>
    public long MatchIndex { get; init; } = -1;

    /// <summary>On a leader: how many batches it is behind; -1 elsewhere.</summary>
    public long Lag { get; init; } = -1;

    /// <summary>False: it shows another store id than at first, so its votes and acks do not count.</summary>
    public bool Trusted { get; init; } = true;
}
