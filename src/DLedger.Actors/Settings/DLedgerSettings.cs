using DLedger.Core;

namespace DLedger;

/// <summary>
/// Everything that can be set on a member, judged together when it is made: <see cref="From"/> takes options, <see cref="FromConfig"/> HOCON, and
/// there is no other way. Every key is explained in <c>hocon/dledger.conf</c>.
/// </summary>
public sealed partial record DLedgerSettings
{
    private readonly DLedgerClientOptions _client;

    /// <summary>Of this member.</summary>
    public string Id { get; internal init; }

    /// <summary>The name of the group.</summary>
    public string Group { get; internal init; }

    /// <summary>What members of one cluster share; messages of another cluster are dropped.</summary>
    public string ClusterId { get; internal init; }

    /// <summary>All members, this one included, ordered by id (ordinal).</summary>
    public IReadOnlyList<Member> Members { get; internal init; }

    /// <summary>
    /// Whether <see cref="Members"/> may take the place of those that the folder was founded with, once all that stay have the same log.
    /// </summary>
    public bool AcceptNewPeers { get; internal init; }

    /// <summary>The folder of the member's data.</summary>
    public string DataDir { get; internal init; }

    /// <summary>What <see cref="AppendResult.Committed"/> stands for.</summary>
    public Durability Durability { get; internal init; }

    /// <summary>How often a leader shows that it is alive.</summary>
    public TimeSpan HeartbeatInterval { get; internal init; }

    /// <summary>A member that hears no leader for a random time between this and <see cref="ElectionTimeoutMax"/> starts an election.</summary>
    public TimeSpan ElectionTimeoutMin { get; internal init; }

    /// <summary>See <see cref="ElectionTimeoutMin"/>.</summary>
    public TimeSpan ElectionTimeoutMax { get; internal init; }

    /// <summary>In bytes.</summary>
    public int MaxEntrySize { get; internal init; }

    /// <summary>Encoded bytes of a batch, lengths included.</summary>
    public int BatchBytesMax { get; internal init; }

    /// <summary>Entries that may wait for their commit on a leader; what comes beyond is refused as <see cref="RejectReason.Busy"/>.</summary>
    public int PendingEntriesMax { get; internal init; }

    /// <summary>The same in bytes.</summary>
    public long PendingBytesMax { get; internal init; }

    /// <summary>Reads that may wait in a member.</summary>
    public int PendingReadsMax { get; internal init; }

    /// <summary>By how many percent of true time a member's clock may run fast or slow, for <see cref="ReadMode.Lease"/>.</summary>
    public int LeaseClockDriftPercentMax { get; internal init; }

    /// <summary>An append that is not committed after this time is <see cref="AppendResult.Unknown"/>.</summary>
    public TimeSpan AppendTimeout { get; internal init; }

    /// <summary>What may be under way to one peer without an ack, in bytes.</summary>
    public long PushWindowBytes { get; internal init; }

    /// <summary>The same in batches.</summary>
    public int PushWindowBatches { get; internal init; }

    /// <summary>By how much a peer that is behind comes nearer while appends are committed without it; 0: no bound.</summary>
    public long CatchUpBytesPerSecond { get; internal init; }

    /// <summary>Ids, the best first.</summary>
    public IReadOnlyList<string> PreferredLeaders { get; internal init; }

    /// <summary>The least time between two moves of leadership to a preferred leader.</summary>
    public TimeSpan PreferredMinInterval { get; internal init; }

    /// <summary>How clients that are made of these settings behave.</summary>
    public DLedgerClientOptions Client => _client.Copy();

    /// <summary>For the store's factory.</summary>
    internal StoreSettings Store { get; init; }

    /// <summary>This member.</summary>
    public Member Self => Members.Single(member => member.Id == Id);
}
