using System.Globalization;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using DLedger.Core;
using static DLedger.SettingsReader;

namespace DLedger;

/// <summary>From HOCON to settings, once; everything wrong stops the start with one line.</summary>
public sealed partial record DLedgerSettings
{
    /// <summary>Ids and names of groups and clusters are at most so long.</summary>
    public const int IdCharsMax = 64;

    internal const string Section = "dledger";
    private const int DefaultPort = 20911;

    /// <summary>No key is as long; one that is has nothing near it.</summary>
    private const int KeyCharsMax = 100;

    /// <summary>Sections beside the settings that Akka reads: see <c>hocon/remoting.conf</c>.</summary>
    private static readonly string[] DispatcherKeys =
        ["role-dispatcher", "reader-dispatcher", "state-machine-dispatcher", "entry-handler-mailbox"];

    /// <summary>The defaults, as in <c>hocon/dledger.conf</c>.</summary>
    public static Config Reference { get; } = EmbeddedConfig.Load("dledger.conf");

    /// <summary>
    /// Judges options together, by the rules of <see cref="FromConfig"/>: what is not given comes from <see cref="Reference"/>. Throws <see
    /// cref="SettingsException"/> with one line that names the key, the value and what is allowed.
    /// </summary>
    public static DLedgerSettings From(DLedgerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return FromConfig(options.ToConfig());
    }

    /// <summary>
    /// Reads the section <c>dledger</c>; what is not there comes from <see cref="Reference"/>. Throws <see cref="SettingsException"/> with one line
    /// that names the key, the value and what is allowed.
    /// </summary>
    public static DLedgerSettings FromConfig(Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var given = GivenSection(config);
        var defaults = Reference.GetConfig(Section);
        return new DLedgerSettings(new SettingsReader(given is null ? defaults : given.WithFallback(defaults)));
    }

    /// <summary>The only way to a new one: what is there has been judged.</summary>
    private DLedgerSettings(SettingsReader read)
    {
        var id = read.Id("id");
        var group = read.Id("group");
        var members = ReadMembers(read.Text("peers"), id);
        var heartbeat = read.Time("heartbeat-interval", TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1));
        var electionMin = read.Time("election-timeout-min", TimeSpan.FromMilliseconds(30), TimeSpan.FromMinutes(10));
        var electionMax = read.Time("election-timeout-max", TimeSpan.FromMilliseconds(30), TimeSpan.FromMinutes(10));
        if (heartbeat * 2 >= electionMin)
            throw Wrong("heartbeat-interval", ShowTime(heartbeat), $"must be less than half of election-timeout-min = {ShowTime(electionMin)}");
        if (electionMin >= electionMax)
            throw Wrong("election-timeout-min", ShowTime(electionMin), $"must be less than election-timeout-max = {ShowTime(electionMax)}");

        // Members look at their clocks twice in a heartbeat interval: timeouts that lie closer together are the same to them, and their votes split
        // for ever.
        if (electionMax - electionMin < heartbeat)
            throw Wrong(
                "election-timeout-max", ShowTime(electionMax),
                $"must be at least heartbeat-interval = {ShowTime(heartbeat)} above election-timeout-min = {ShowTime(electionMin)}");

        var maxEntry = (int)read.Bytes("max-entry-size", 1, 64L << 20);
        var batchMax = (int)read.Bytes("batch-bytes-max", 1024, 16L << 20);
        var pendingBytes = read.Bytes("pending-bytes-max", 1024, 1L << 40);
        if (pendingBytes < Math.Max(maxEntry + Batch.EntryOverheadBytes, batchMax))
            throw Wrong(
                "pending-bytes-max", ShowBytes(pendingBytes),
                $"must hold max-entry-size = {ShowBytes(maxEntry)} and batch-bytes-max = {ShowBytes(batchMax)}");

        var clusterId = read.Id("cluster-id", extra: "-");
        var dataDir = ReadFolder(read.Text("data-dir"), group, id);
        _client = DLedgerClientOptions.Read(read);
        _client.CheckMembers(members);
        Id = id;
        Group = group;
        ClusterId = clusterId;
        Members = [.. members];
        AcceptNewPeers = read.Flag("accept-new-peers");
        DataDir = dataDir;
        Durability = read.Choice<Durability>("durability");
        HeartbeatInterval = heartbeat;
        ElectionTimeoutMin = electionMin;
        ElectionTimeoutMax = electionMax;
        MaxEntrySize = maxEntry;
        BatchBytesMax = batchMax;
        PendingEntriesMax = (int)read.Number("pending-entries-max", 1, 100_000_000);
        PendingBytesMax = pendingBytes;
        PendingReadsMax = (int)read.Number("pending-reads-max", 1, 100_000_000);
        LeaseClockDriftPercentMax = (int)read.Number("lease-clock-drift-percent-max", 0, 50);
        AppendTimeout = read.Time("append-timeout", TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1));
        PushWindowBytes = read.Bytes("push-window-bytes", 1024, 1L << 32);
        PushWindowBatches = (int)read.Number("push-window-batches", 1, 100_000);
        CatchUpBytesPerSecond = read.Bytes("catch-up-bytes-per-second", 0, 1L << 40);
        PreferredLeaders = ReadIds("preferred-leaders", [.. read.Texts("preferred-leaders")], members);
        PreferredMinInterval = read.Time("preferred-min-interval", TimeSpan.Zero, TimeSpan.FromDays(365));
        Store = ReadStore(read, dataDir, clusterId, maxEntry, batchMax);
    }

    /// <summary>The folder as the documentation writes it: <c>{group}</c> and <c>{id}</c> stand for what they name.</summary>
    private static string ReadFolder(string given, string group, string id)
    {
        const string Key = "data-dir";
        if (given.Length == 0) return Path.Combine(".", "dledger-data", group, id);
        if (given.Any(char.IsControl)) throw Wrong(Key, given, "must be the path of a folder, without control characters");
        var folder = given.Replace("{group}", group, StringComparison.Ordinal).Replace("{id}", id, StringComparison.Ordinal);
        var open = folder.IndexOf('{', StringComparison.Ordinal);
        var close = open < 0 ? -1 : folder.IndexOf('}', open);
        if (close > open + 1 && folder[(open + 1)..close].All(c => char.IsAsciiLetter(c) || c is '-' or '_'))
            throw Wrong(Key, given, $"{folder[open..(close + 1)]} stands for nothing; {{group}} and {{id}} do");
        return folder;
    }

    /// <summary>What the sizes may be, <see cref="StoreSettings"/> knows; here it is said in the words of the file.</summary>
    private static StoreSettings ReadStore(SettingsReader read, string folder, string clusterId, int maxEntry, int batchMax)
    {
        var store = new StoreSettings
        {
            Folder = folder,
            ClusterId = clusterId,
            MaxBodyBytes = Math.Max(maxEntry, batchMax),
            PageBytes = (int)Size("store.page-bytes", StoreSettings.PageBytesLimits),
            MemoryBytes = Size("store.memory-bytes", StoreSettings.MemoryBytesLimits),
            SegmentBytes = Size("store.segment-bytes", StoreSettings.SegmentBytesLimits),
            CheckpointBytes = Size("store.checkpoint-bytes", StoreSettings.CheckpointBytesLimits),
            ZeroAheadBytes = (int)Size("store.zero-ahead-bytes", StoreSettings.ZeroAheadBytesLimits),
            PageCacheBytes = Size("store.page-cache-bytes", StoreSettings.PageCacheBytesLimits),
            RetentionBytes = Size("retention.bytes", StoreSettings.RetentionBytesLimits),
            RetentionAge = read.Time("retention.age", TimeSpan.Zero, TimeSpan.FromDays(36500)),
        };
        var twoPages = $"must be at least two pages (store.page-bytes = {ShowBytes(store.PageBytes)})";
        var because = maxEntry >= batchMax ? $"max-entry-size = {ShowBytes(maxEntry)}" : $"batch-bytes-max = {ShowBytes(batchMax)}";
        return store.Problem() switch
        {
            null => store,
            { Setting: nameof(StoreSettings.PageBytes) } =>
                throw Wrong(
                    "store.page-bytes", ShowBytes(store.PageBytes),
                    $"must hold one batch of {because} and {ShowBytes(StoreSettings.PageHeadroomBytes)} more"),
            { Setting: nameof(StoreSettings.MemoryBytes) } => throw Wrong("store.memory-bytes", ShowBytes(store.MemoryBytes), twoPages),
            { Setting: nameof(StoreSettings.SegmentBytes) } => throw Wrong("store.segment-bytes", ShowBytes(store.SegmentBytes), twoPages),
            { } other => throw Wrong("store", other.Setting, $"must be {other.Must}"),
        };

        long Size(string key, SizeLimits limits)
        {
            if (!limits.OrNone) return read.Bytes(key, limits.Least, limits.Most, limits.PowerOfTwo);
            var size = read.Bytes(key, 0, limits.Most);
            return limits.Allow(size)
                ? size
                : throw Wrong(key, ShowBytes(size), $"must be 0, or a power of two of at least {ShowBytes(limits.Least)}");
        }
    }

    /// <summary>The members in <c>peers</c>, ordered by id; a group of one on the default port when it is empty.</summary>
    private static Member[] ReadMembers(string peers, string id)
    {
        const string Key = "peers";
        var parts = peers.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0) return [new Member(id, "localhost", DefaultPort, DefaultPort + Member.BulkPortOffset)];
        var members = ParsePeers(peers);
        return members.Any(member => member.Id == id)
            ? [.. members]
            : throw Wrong(Key, peers, $"dledger.id = {id} must be among them: {string.Join(", ", members.Select(member => member.Id))}");
    }

    /// <summary>
    /// Parses a list of members, <c>id-host:port[/bulkport];…</c>, ordered by id. Throws <see cref="SettingsException"/> for an empty list, a bad
    /// member, an id or an address that is there twice.
    /// </summary>
    public static IReadOnlyList<Member> ParsePeers(string peers)
    {
        ArgumentNullException.ThrowIfNull(peers);
        const string Key = "peers";
        var members = new List<Member>();
        var addresses = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in peers.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var member = Member.Parse(part, out var problem) ?? throw Wrong(Key, peers, $"{problem}; allowed is id-host:port[/bulkport];…");
            if (member.Id.Length > IdCharsMax) throw Wrong(Key, peers, $"id {member.Id[..16]}… is longer than {IdCharsMax} characters");
            if (members.Any(other => other.Id == member.Id)) throw Wrong(Key, peers, $"id {member.Id} is there twice; each member needs its own");
            foreach (var port in (ReadOnlySpan<int>)[member.Port, member.BulkPort])
            {
                var address = HostName.WithPort(member.Host, port);
                if (!addresses.TryAdd(address, member.Id))
                    throw Wrong(
                        Key, peers, $"address {address} is used by {addresses[address]} and {member.Id}; each port of each member must be its own");
            }

            members.Add(member);
        }

        if (members.Count == 0) throw Wrong(Key, peers, "must name at least one member, id-host:port[/bulkport];…");
        if (EncodedBytes(members) is var bytes && bytes > Membership.EncodedBytesMax)
            throw Wrong(
                Key, $"{members.Count} members",
                $"takes {bytes} bytes, and a list of members must fit {Membership.EncodedBytesMax}: fewer members, or shorter ids");
        members.Sort((left, right) => string.CompareOrdinal(left.Id, right.Id));
        return members;
    }

    /// <summary>
    /// Every member keeps the list in its hard state: what would find no room there is refused where it comes in, not when it is saved.
    /// </summary>
    private static int EncodedBytes(List<Member> members)
    {
        var lives = members.ToDictionary(member => new MemberLife(member.Id, Guid.Empty), member => HostName.WithPort(member.Host, member.Port));
        return new Membership(lives.Keys, addresses: lives).Encode().Length;
    }

    /// <summary>Ids of members, each once.</summary>
    internal static IReadOnlyList<string> ReadIds(string key, IReadOnlyList<string> ids, IReadOnlyList<Member> members)
    {
        var shown = $"[{string.Join(", ", ids)}]";
        for (var i = 0; i < ids.Count; i++)
        {
            var id = ids[i];
            if (members.All(member => member.Id != id))
                throw Wrong(key, shown, $"{id} is not a member; members are {string.Join(", ", members.Select(member => member.Id))}");
            if (ids.Take(i).Contains(id)) throw Wrong(key, shown, $"{id} is there twice");
        }

        return ids;
    }

    /// <summary>
    /// The section as given, with what lies behind it in fallbacks; null when there is none. Without references, so that whoever looks at it comes to
    /// an end.
    /// </summary>
    private static Config? GivenSection(Config config)
    {
        Config? section = null;
        foreach (var layer in PlainHocon.Layers(config, Section))
        {
            if (!layer.IsObject()) throw new SettingsException("dledger: must be a section, dledger { … }.");
            RefuseUnknownKeys(layer.GetObject(), Known(), "");
            var plain = new Config(new HoconRoot(layer));
            section = section is null ? plain : section.WithFallback(plain);
        }

        return section;
    }

    private static HoconObject Known() => Reference.GetConfig(Section).Root.GetObject();

    private static void RefuseUnknownKeys(HoconObject given, HoconObject known, string prefix)
    {
        foreach (var (key, value) in given.Items)
        {
            if (prefix.Length == 0 && DispatcherKeys.Contains(key)) continue;
            if (!known.Items.TryGetValue(key, out var reference))
            {
                var candidates = AllKeys(Known(), "").ToList();
                var name = prefix + key[..Math.Min(key.Length, KeyCharsMax)];
                var nearest = candidates.MinBy(candidate => Distance(candidate, name));
                throw Wrong(prefix + key, value, $"there is no such key; the nearest is dledger.{nearest}");
            }

            if (reference.IsObject() && !value.IsObject()) throw Wrong(prefix + key, value, $"must be a section, {key} {{ … }}");
            if (reference.IsObject()) RefuseUnknownKeys(value.GetObject(), reference.GetObject(), prefix + key + ".");
        }
    }

    private static IEnumerable<string> AllKeys(HoconObject known, string prefix) => known.Items.SelectMany(
        item => item.Value.IsObject() ? AllKeys(item.Value.GetObject(), prefix + item.Key + ".") : [prefix + item.Key]);

    /// <summary>Edits between two keys (Levenshtein).</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var changed = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
