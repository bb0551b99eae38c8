namespace DLedger;

/// <summary>
/// How a <see cref="DLedgerClient"/> behaves. The defaults suit most. Made to be filled in code, or bound from the section <c>client</c> of a
/// member's settings; judged when a client is made.
/// </summary>
public sealed class DLedgerClientOptions
{
    /// <summary>
    /// The longest that a call may take, counted for an append from when it has room (<see cref="OutstandingMax"/>). A member itself answers an
    /// append after <c>append-timeout</c> (5 s) at the latest.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How many requests may have been sent to the leader without an answer. Beyond two, only full ones are sent (<see cref="PackBytes"/>). A larger
    /// window lets the members write more at a time. Requests in progress when a leader is lost may end as <see cref="AppendResult.Unknown"/>.
    /// </summary>
    public int Window { get; set; } = 32;

    /// <summary>
    /// Concurrent appends travel together in one request up to this size, in bytes. Each entry counts with its bytes and 4 more. It should not be
    /// above the group's <c>batch-bytes-max</c>.
    /// </summary>
    public int PackBytes { get; set; } = 64 << 10;

    /// <summary>How many entries the client holds, waiting or sent. Further calls wait for room, in their order.</summary>
    public int OutstandingMax { get; set; } = 16384;

    /// <summary>The same in bytes. One entry always has room.</summary>
    public long OutstandingBytesMax { get; set; } = 64L << 20;

    /// <summary>
    /// Reads, transfers and questions for status or the commit position that may wait for their answers. One more is refused at once:
    /// <see cref="RejectReason.Busy"/>, or for a question for status <see cref="InvalidOperationException"/>.
    /// </summary>
    public int OutstandingCallsMax { get; set; } = 16384;

    /// <summary>
    /// Ids of members to read from, the best first; while none of them answers, the others. Empty: <see cref="ReadMode.Linearizable"/> and <see
    /// cref="ReadMode.Lease"/> reads go to the leader, all others to any member. Any member serves any mode: naming some keeps reads near, or spares
    /// the leader.
    /// </summary>
    public IList<string> ReadFrom { get; set; } = [];

    /// <summary>How often <see cref="DLedgerClient.TailAsync"/> looks for new entries once it has them all.</summary>
    public TimeSpan TailInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The name of the members' ActorSystems.</summary>
    public string SystemName { get; set; } = DLedgerSystem.DefaultName;

    internal DLedgerClientOptions Copy()
    {
        var copy = (DLedgerClientOptions)MemberwiseClone();
        copy.ReadFrom = [.. ReadFrom];
        return copy;
    }

    /// <summary>Throws <see cref="SettingsException"/> if a member is named that is none.</summary>
    internal void CheckMembers(IReadOnlyList<Member> members) => DLedgerSettings.ReadIds("client.read-from", [.. ReadFrom], members);

    /// <summary>
    /// A copy that nobody else can change any more. Throws <see cref="SettingsException"/> with one line that names the key, the value and what is
    /// allowed.
    /// </summary>
    internal DLedgerClientOptions Checked()
    {
        var section = new HoconSection();
        WriteTo(section);
        return Read(new SettingsReader(section.Under(DLedgerSettings.Section).GetConfig(DLedgerSettings.Section)));
    }

    /// <summary>From a section <c>dledger</c>; the one place of what is allowed.</summary>
    internal static DLedgerClientOptions Read(SettingsReader read) => new()
    {
        Timeout = read.Time("client.timeout", TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1)),
        Window = (int)read.Number("client.window", 1, 100_000),
        PackBytes = (int)read.Bytes("client.pack-bytes", 1, 16L << 20),
        OutstandingMax = (int)read.Number("client.outstanding-max", 1, 100_000_000),
        OutstandingBytesMax = read.Bytes("client.outstanding-bytes-max", 1, 1L << 40),
        OutstandingCallsMax = (int)read.Number("client.outstanding-calls-max", 1, 100_000_000),
        ReadFrom = [.. read.Texts("client.read-from")],
        TailInterval = read.Time("client.tail-interval", TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1)),
        SystemName = read.Id("client.system-name", extra: "-"),
    };

    internal void WriteTo(HoconSection section)
    {
        section.Set("client.timeout", SettingsText.Of(Timeout));
        section.Set("client.window", SettingsText.Of(Window));
        section.Set("client.pack-bytes", SettingsText.OfBytes(PackBytes));
        section.Set("client.outstanding-max", SettingsText.Of(OutstandingMax));
        section.Set("client.outstanding-bytes-max", SettingsText.OfBytes(OutstandingBytesMax));
        section.Set("client.outstanding-calls-max", SettingsText.Of(OutstandingCallsMax));
        section.Set("client.read-from", ReadFrom);
        section.Set("client.tail-interval", SettingsText.Of(TailInterval));
        section.Set("client.system-name", SystemName);
    }
}
