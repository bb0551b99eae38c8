using DLedger.Core;

namespace DLedger;

/// <summary>
/// Everything that can be set on a member, judged together when it is made: <see cref="From"/> takes options, <see cref="FromConfig"/> HOCON, and
/// there is no other way. Every key is explained in <c>hocon/dledger.conf</c>.
/// </summary>
public sealed partial record DLedgerSettings
{
    private readonly DLedgerClientOptions _client;

    public string Id { get; internal init; }

    public string Group { get; internal init; }

    public string ClusterId { get; internal init; }

    /// <summary>All members, this one included, ordered by id (ordinal).</summary>
    public IReadOnlyList<Member> Members { get; internal init; }

    /// <summary>
    /// Whether <see cref="Members"/> may take the place of those that the folder was founded with, once all that stay have the same log.
    /// </summary>
    public bool AcceptNewPeers { get; internal init; }

    public string DataDir { get; internal init; }

    public Durability Durability { get; internal init; }

    public TimeSpan HeartbeatInterval { get; internal init; }

    public TimeSpan ElectionTimeoutMin { get; internal init; }

    public TimeSpan ElectionTimeoutMax { get; internal init; }

    /// <summary>In bytes.</summary>
    public int MaxEntrySize { get; internal init; }

    /// <summary>Encoded bytes of a batch, lengths included.</summary>
    public int BatchBytesMax { get; internal init; }

    public int PendingEntriesMax { get; internal init; }

    public long PendingBytesMax { get; internal init; }

    /// <summary>Reads that may wait in a member.</summary>
    public int PendingReadsMax { get; internal init; }

    public TimeSpan AppendTimeout { get; internal init; }

    public long PushWindowBytes { get; internal init; }

    public int PushWindowBatches { get; internal init; }

    /// <summary>By how much a peer that is behind comes nearer while appends are committed without it; 0: no bound.</summary>
    public long CatchUpBytesPerSecond { get; internal init; }

    /// <summary>Ids, the best first.</summary>
    public IReadOnlyList<string> PreferredLeaders { get; internal init; }

    public TimeSpan PreferredMinInterval { get; internal init; }

    /// <summary>How clients that are made of these settings behave.</summary>
    public DLedgerClientOptions Client => _client.Copy();

    /// <summary>For the store's factory.</summary>
    internal StoreSettings Store { get; init; }

    /// <summary>This member.</summary>
    public Member Self => Members.Single(member => member.Id == Id);
}
