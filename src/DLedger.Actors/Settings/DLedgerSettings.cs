using DLedger.Core;

namespace DLedger;

/// <summary>Everything that can be set on a member; validated once, when it is built. Every key is explained in <c>hocon/dledger.conf</c>.</summary>
public sealed partial record DLedgerSettings
{
    public required string Id { get; init; }

    public required string Group { get; init; }

    public required string ClusterId { get; init; }

    /// <summary>All members, this one included, ordered by id (ordinal).</summary>
    public required IReadOnlyList<Member> Members { get; init; }

    /// <summary>Whether <see cref="Members"/> may take the place of those that the folder was founded with, once all that stay have the same log.</summary>
    public required bool AcceptNewPeers { get; init; }

    public required string DataDir { get; init; }

    public required Durability Durability { get; init; }

    public required TimeSpan HeartbeatInterval { get; init; }

    public required TimeSpan ElectionTimeoutMin { get; init; }

    public required TimeSpan ElectionTimeoutMax { get; init; }

    /// <summary>In bytes.</summary>
    public required int MaxEntrySize { get; init; }

    /// <summary>Encoded bytes of a batch, lengths included.</summary>
    public required int BatchBytesMax { get; init; }

    public required int PendingEntriesMax { get; init; }

    public required long PendingBytesMax { get; init; }

    /// <summary>Reads that may wait in a member.</summary>
    public required int PendingReadsMax { get; init; }

    public required TimeSpan AppendTimeout { get; init; }

    public required long PushWindowBytes { get; init; }

    public required int PushWindowBatches { get; init; }

    /// <summary>By how much a peer that is behind comes nearer while appends are committed without it; 0: no bound.</summary>
    public required long CatchUpBytesPerSecond { get; init; }

    /// <summary>Ids, the best first.</summary>
    public required IReadOnlyList<string> PreferredLeaders { get; init; }

    public required TimeSpan PreferredMinInterval { get; init; }

    /// <summary>For the store's factory.</summary>
    public required StoreSettings Store { get; init; }

    /// <summary>This member.</summary>
    public Member Self => Members.Single(member => member.Id == Id);
}
