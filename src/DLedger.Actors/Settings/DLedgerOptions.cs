using Akka.Configuration;
using static DLedger.SettingsText;

namespace DLedger;

/// <summary>
/// What an application gives of a member's settings: what is null is as in <c>hocon/dledger.conf</c>, which explains every key. Made to be filled in
/// code or bound from <c>Microsoft.Extensions.Configuration</c>. Nothing is judged here: <see cref="DLedgerSettings.From"/> judges all of it
/// together, by the rules that hold for HOCON.
/// </summary>
public sealed class DLedgerOptions
{
    /// <summary>Id of this member; must be in <see cref="Peers"/>.</summary>
    public string? Id { get; set; }

    /// <summary>Name of the group.</summary>
    public string? Group { get; set; }

    /// <summary>What members of one cluster share; messages of another cluster are dropped.</summary>
    public string? ClusterId { get; set; }

    /// <summary>All members, this one included: <c>id-host:port[/bulkport];…</c>. Empty: a group of one.</summary>
    public string? Peers { get; set; }

    /// <summary>Whether <see cref="Peers"/> may take the place of those that the folder was founded with.</summary>
    public bool? AcceptNewPeers { get; set; }

    /// <summary>Folder of the member's data; <c>{group}</c> and <c>{id}</c> stand for their values.</summary>
    public string? DataDir { get; set; }

    /// <summary>What an acknowledgement stands for, and with it which store is used.</summary>
    public Durability? Durability { get; set; }

    /// <summary>How often a leader shows that it is alive.</summary>
    public TimeSpan? HeartbeatInterval { get; set; }

    /// <summary>A member that hears no leader for a random time between this and <see cref="ElectionTimeoutMax"/> starts an election.</summary>
    public TimeSpan? ElectionTimeoutMin { get; set; }

    /// <inheritdoc cref="ElectionTimeoutMin"/>
    public TimeSpan? ElectionTimeoutMax { get; set; }

    /// <summary>The largest entry, in bytes.</summary>
    public long? MaxEntrySize { get; set; }

    /// <summary>A batch is closed at this size, in bytes; also the most that one <see cref="AppendMany"/> may hold.</summary>
    public long? BatchBytesMax { get; set; }

    /// <summary>Appends that may wait for their commit on a leader.</summary>
    public int? PendingEntriesMax { get; set; }

    /// <summary>The same in bytes.</summary>
    public long? PendingBytesMax { get; set; }

    /// <summary>Reads that may wait in a member.</summary>
    public int? PendingReadsMax { get; set; }

    /// <summary>By how many percent of true time a member's clock may run fast or slow, for <see cref="ReadMode.Lease"/>.</summary>
    public int? LeaseClockDriftPercentMax { get; set; }

    /// <summary>An append that is not committed after this time is <see cref="AppendResult.Unknown"/>.</summary>
    public TimeSpan? AppendTimeout { get; set; }

    /// <summary>What may be under way to one peer without an ack, in bytes.</summary>
    public long? PushWindowBytes { get; set; }

    /// <summary>The same in batches.</summary>
    public int? PushWindowBatches { get; set; }

    /// <summary>
    /// How many bytes a second more than is appended a peer receives that is behind while appends are committed without it. 0 means no limit.
    /// </summary>
    public long? CatchUpBytesPerSecond { get; set; }

    /// <summary>Ids of the members that should lead, the best first.</summary>
    public IList<string>? PreferredLeaders { get; set; }

    /// <summary>The least time between two moves of leadership to a preferred leader.</summary>
    public TimeSpan? PreferredMinInterval { get; set; }

    /// <summary>The store on disk.</summary>
    public DLedgerStoreOptions Store { get; set; } = new();

    /// <summary>How much of the log is kept.</summary>
    public DLedgerRetentionOptions Retention { get; set; } = new();

    /// <summary>How clients that are made of these settings behave.</summary>
    public DLedgerClientOptions? Client { get; set; }

    /// <summary>As a configuration with a section <c>dledger</c> that holds what is given.</summary>
    internal Config ToConfig()
    {
        var section = new HoconSection();
        section.Set("id", Id);
        section.Set("group", Group);
        section.Set("cluster-id", ClusterId);
        section.Set("peers", Peers);
        section.Set("accept-new-peers", Of(AcceptNewPeers));
        section.Set("data-dir", DataDir);
        section.Set("durability", Durability?.ToString());
        section.Set("heartbeat-interval", Of(HeartbeatInterval));
        section.Set("election-timeout-min", Of(ElectionTimeoutMin));
        section.Set("election-timeout-max", Of(ElectionTimeoutMax));
        section.Set("max-entry-size", OfBytes(MaxEntrySize));
        section.Set("batch-bytes-max", OfBytes(BatchBytesMax));
        section.Set("pending-entries-max", Of(PendingEntriesMax));
        section.Set("pending-bytes-max", OfBytes(PendingBytesMax));
        section.Set("pending-reads-max", Of(PendingReadsMax));
        section.Set("lease-clock-drift-percent-max", Of(LeaseClockDriftPercentMax));
        section.Set("append-timeout", Of(AppendTimeout));
        section.Set("push-window-bytes", OfBytes(PushWindowBytes));
        section.Set("push-window-batches", Of(PushWindowBatches));
        section.Set("catch-up-bytes-per-second", OfBytes(CatchUpBytesPerSecond));
        section.Set("preferred-leaders", PreferredLeaders);
        section.Set("preferred-min-interval", Of(PreferredMinInterval));
        Store?.WriteTo(section);
        Retention?.WriteTo(section);
        Client?.WriteTo(section);
        return section.Under(DLedgerSettings.Section);
    }
}
