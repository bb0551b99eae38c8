using Akka.Configuration;
using Xunit;

namespace DLedger.Actors.Tests.Settings;

public sealed class DLedgerSettingsTests
{
    [Fact]
    public void Nothing_given_is_a_group_of_one_on_the_default_port()
    {
        var settings = DLedgerSettings.FromConfig(Config.Empty);
        Assert.Equal(new Member("n0", "localhost", 20911, 30911), Assert.Single(settings.Members));
        Assert.Equal(settings.Members[0], settings.Self);
        Assert.Equal("default", settings.Group);
        Assert.Equal(TimeSpan.FromMilliseconds(100), settings.HeartbeatInterval);
        Assert.Equal(1 << 20, settings.MaxEntrySize);
        Assert.Equal(64 << 10, settings.BatchBytesMax);
        Assert.Equal(Durability.Disk, settings.Durability);
        Assert.Equal(Path.Combine(".", "dledger-data", "default", "n0"), settings.DataDir);
        Assert.Equal(4 << 20, settings.Store.PageBytes);
        Assert.Equal(TimeSpan.Zero, settings.Store.RetentionAge);
    }

    [Fact]
    public void An_id_alone_names_the_group_of_one() =>
        Assert.Equal("a.b_1", Assert.Single(DLedgerSettings.FromConfig(ConfigurationFactory.ParseString("dledger.id = a.b_1")).Members).Id);

    [Fact]
    public void Members_are_ordered_by_id_whatever_the_order_in_the_text()
    {
        var settings = Parse("""
            id = n1
            peers = "n2-[::1]:3/4; n1-b.example:2 ;n0-10.0.0.1:1;"
            """);
        Assert.Equal(["n0-10.0.0.1:1", "n1-b.example:2", "n2-[::1]:3/4"], settings.Members.Select(member => member.ToString()));
        Assert.Equal(10002, settings.Self.BulkPort);
    }

    [Fact]
    public void A_given_value_holds_over_its_fallback_and_the_reference_over_nothing()
    {
        var config = ConfigurationFactory.ParseString("dledger.max-entry-size = 2MiB").WithFallback(
            ConfigurationFactory.ParseString("dledger.max-entry-size = 3MiB\ndledger.append-timeout = 7s")).WithFallback(DLedgerSettings.Reference);
        var settings = DLedgerSettings.FromConfig(config);
        Assert.Equal(2 << 20, settings.MaxEntrySize);
        Assert.Equal(TimeSpan.FromSeconds(7), settings.AppendTimeout);
    }

    [Fact]
    public void Nested_sections_are_read_key_by_key()
    {
        var settings = Parse("store { page-bytes = 8MiB }\nretention.age = 7d");
        Assert.Equal(8 << 20, settings.Store.PageBytes);
        Assert.Equal(256 << 20, settings.Store.SegmentBytes);
        Assert.Equal(TimeSpan.FromDays(7), settings.Store.RetentionAge);
    }

    [Fact]
    public void What_is_beside_the_section_is_none_of_our_business() =>
        Assert.Equal(
            "n0", DLedgerSettings.FromConfig(ConfigurationFactory.ParseString("akka.loglevel = INFO\ndledger.role-dispatcher.type = Dispatcher")).Id);

    [Theory]
    [InlineData("id = \"a-b\"", "dledger.id = a-b", "letters")]
    [InlineData("id = \"\"", "dledger.id = \"\"", "1 to 64")]
    [InlineData("group = \"a/b\"", "dledger.group = a/b", "letters")]
    [InlineData("cluster-id = \"a b\"", "dledger.cluster-id = a b", "letters")]
    [InlineData("peers = \"n0\"", "dledger.peers = n0", "id-host:port")]
    [InlineData("peers = \"n0-localhost\"", "dledger.peers", "has no port")]
    [InlineData("peers = \"n0-localhost:99999\"", "dledger.peers", "1 to 65535")]
    [InlineData("peers = \"n0-localhost:60000\"", "dledger.peers", "give the bulk port")]
    [InlineData("peers = \"n0-::1:5\"", "dledger.peers", "brackets")]
    [InlineData("peers = \";;\"\nid = n1\npeers = \"n0-a:1\"", "dledger.peers", "dledger.id = n1 must be among them: n0")]
    [InlineData("peers = \"n0-a:1;n0-b:1\"", "dledger.peers", "id n0 is there twice")]
    [InlineData("peers = \"n0-a:1;n1-A:1\"", "dledger.peers", "used by n0 and n1")]
    [InlineData("peers = \"n0-a:1;n1-a:10001\"", "dledger.peers", "address a:10001")]
    [InlineData("peers = \"n0-a:1/1\"", "dledger.peers", "address a:1")]
    [InlineData("durability = paper", "dledger.durability = paper", "disk or memory")]
    [InlineData("heartbeat-interval = 150ms", "dledger.heartbeat-interval = 150ms", "half of election-timeout-min = 300ms")]
    [InlineData("heartbeat-interval = soon", "dledger.heartbeat-interval = soon", "such as 100ms")]
    [InlineData("heartbeat-interval = 100", "dledger.heartbeat-interval = 100", "such as 100ms")]
    [InlineData("heartbeat-interval = -1s", "dledger.heartbeat-interval = -1s", "10ms to 1m")]
    [InlineData("election-timeout-min = 600ms", "dledger.election-timeout-min = 600ms", "less than election-timeout-max = 600ms")]
    [InlineData("election-timeout-max = 310ms", "dledger.election-timeout-max = 310ms", "heartbeat-interval = 100ms above election-timeout-min = "
        + "300ms")]
    [InlineData("election-timeout-max = 1h", "dledger.election-timeout-max = 1h", "30ms to 10m")]
    [InlineData("max-entry-size = big", "dledger.max-entry-size = big", "1B to 64MiB")]
    [InlineData("max-entry-size = 0", "dledger.max-entry-size = 0", "1B to 64MiB")]
    [InlineData("max-entry-size = 99999999999999999999GiB", "dledger.max-entry-size", "1B to 64MiB")]
    [InlineData("max-entry-size = 4MiB", "dledger.store.page-bytes = 4MiB", "max-entry-size = 4MiB")]
    [InlineData("batch-bytes-max = 4MiB", "dledger.store.page-bytes = 4MiB", "batch-bytes-max = 4MiB")]
    [InlineData("batch-bytes-max = 17MiB", "dledger.batch-bytes-max = 17MiB", "1KiB to 16MiB")]
    [InlineData("pending-entries-max = 0", "dledger.pending-entries-max = 0", "from 1 to")]
    [InlineData("pending-entries-max = 1.5", "dledger.pending-entries-max = 1.5", "whole number")]
    [InlineData("pending-reads-max = 0", "dledger.pending-reads-max = 0", "from 1 to")]
    [InlineData("pending-bytes-max = 64KiB", "dledger.pending-bytes-max = 64KiB", "must hold max-entry-size = 1MiB")]
    [InlineData("append-timeout = 0s", "dledger.append-timeout = 0s", "10ms to 1h")]
    [InlineData("push-window-bytes = 1", "dledger.push-window-bytes = 1", "1KiB to 4GiB")]
    [InlineData("push-window-batches = many", "dledger.push-window-batches = many", "whole number")]
    [InlineData("catch-up-bytes-per-second = -1", "dledger.catch-up-bytes-per-second = -1", "from 0B to 1TiB")]
    [InlineData("preferred-leaders = [n7]", "dledger.preferred-leaders = [n7]", "n7 is not a member; members are n0")]
    [InlineData("preferred-leaders = [n0, n0]", "dledger.preferred-leaders = [n0, n0]", "n0 is there twice")]
    [InlineData("preferred-leaders = n0", "dledger.preferred-leaders = n0", "list")]
    [InlineData("lease-clock-drift-percent-max = 51", "dledger.lease-clock-drift-percent-max = 51", "from 0 to 50")]
    [InlineData("client.read-from = [n7]", "dledger.client.read-from = [n7]", "n7 is not a member; members are n0")]
    [InlineData("preferred-min-interval = x", "dledger.preferred-min-interval = x", "such as")]
    [InlineData("store.page-bytes = 5MiB", "dledger.store.page-bytes = 5MiB", "power of two")]
    [InlineData("store.memory-bytes = 4MiB", "dledger.store.memory-bytes = 4MiB", "two pages")]
    [InlineData("store.memory-bytes = 20MiB", "dledger.store.memory-bytes = 20MiB", "power of two")]
    [InlineData("store.segment-bytes = 2MiB", "dledger.store.segment-bytes = 2MiB", "two pages")]
    [InlineData("store.segment-bytes = 100MiB", "dledger.store.segment-bytes = 100MiB", "power of two")]
    [InlineData("store.checkpoint-bytes = 1", "dledger.store.checkpoint-bytes = 1", "64KiB to 1TiB")]
    [InlineData("store.zero-ahead-bytes = 3MiB", "dledger.store.zero-ahead-bytes = 3MiB", "power of two")]
    [InlineData("store.zero-ahead-bytes = 4KiB", "dledger.store.zero-ahead-bytes = 4KiB", "at least 64KiB")]
    [InlineData("store.page-cache-bytes = -1", "dledger.store.page-cache-bytes = -1", "from 0B to")]
    [InlineData("store = 5", "dledger.store = 5", "section")]
    [InlineData("id { a = 1 }", "dledger.id", "text")]
    [InlineData("retention.bytes = -1", "dledger.retention.bytes = -1", "from 0B to")]
    [InlineData("retention.age = 3 weeks", "dledger.retention.age = 3 weeks", "such as")]
    [InlineData("heartbeat-intervall = 1s", "dledger.heartbeat-intervall = 1s", "nearest is dledger.heartbeat-interval")]
    [InlineData("store.page-byte = 1MiB", "dledger.store.page-byte = 1MiB", "nearest is dledger.store.page-bytes")]
    [InlineData("store { pagebytes = 1MiB }", "dledger.store.pagebytes = 1MiB", "nearest is dledger.store.page-bytes")]
    public void A_wrong_value_is_one_line_with_key_value_and_what_is_allowed(string hocon, string keyAndValue, string allowed)
    {
        var problem = Assert.Throws<SettingsException>(() => Parse(hocon)).Message;
        Assert.Contains(keyAndValue, problem, StringComparison.Ordinal);
        Assert.Contains(allowed, problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    [Fact]
    public void A_section_that_is_none_is_refused() =>
        Assert.Contains(
            "section", Assert.Throws<SettingsException>(() => DLedgerSettings.FromConfig(ConfigurationFactory.ParseString("dledger = 5"))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_list_of_members_that_a_hard_state_has_no_room_for_is_refused_where_it_comes_in()
    {
        Assert.Equal(20, DLedgerSettings.ParsePeers(Peers(20)).Count);
        var problem = Assert.Throws<SettingsException>(() => DLedgerSettings.ParsePeers(Peers(90))).Message;
        Assert.Contains("dledger.peers = 90 members", problem, StringComparison.Ordinal);
        Assert.Contains("must fit 3072", problem, StringComparison.Ordinal);

        static string Peers(int count) => string.Join(';', Enumerable.Range(0, count).Select(i => $"n{i}{new string('x', 40)}-host{i}:1000"));
    }

    [Fact]
    public void A_long_value_is_shown_short() =>
        Assert.True(Assert.Throws<SettingsException>(() => Parse($"id = {new string('x', 5000)}")).Message.Length < 300);

    [Fact]
    public void Every_key_of_the_reference_has_a_comment()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "hocon", "dledger.conf"));
        for (var i = 1; i < lines.Length; i++)
        {
            if (!lines[i].Contains('=', StringComparison.Ordinal) || lines[i].TrimStart().StartsWith('#')) continue;
            // Keys that belong together share the comment above the first.
            var above = i - 1;
            while (above > 0 && lines[above].Contains('=', StringComparison.Ordinal) && !lines[above].TrimStart().StartsWith('#')) above--;
            Assert.StartsWith("#", lines[above].TrimStart(), StringComparison.Ordinal);
        }
    }

    /// <summary>Akka's parser leaves references in its tree; one that leads back to itself would take the process with it.</summary>
    [Theory]
    [InlineData("id = ${?NOT_SET}", "dledger.id: Akka's parser does not know optional references")]
    [InlineData("id = ${dledger.id}", "dledger.id: refers to itself")]
    [InlineData("id = ${dledger.group}\ngroup = ${dledger.id}", "refers to itself")]
    [InlineData("id = x\nid = ${dledger.id}y", "refers to itself")]
    [InlineData("store = ${dledger}", "refers to itself")]
    [InlineData("store { page-bytes = ${dledger.store} }", "refers to itself")]
    [InlineData("peers = [${dledger.peers}]", "refers to itself")]
    [InlineData("nonsense = ${?NOT_SET}", "dledger.nonsense")]
    public void A_reference_that_never_ends_is_refused_in_one_line(string hocon, string problem)
    {
        var refused = Assert.Throws<SettingsException>(() => Parse(hocon)).Message;

        Assert.Contains(problem, refused, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused);
    }

    [Fact]
    public void A_whole_section_that_refers_to_itself_is_refused() =>
        Assert.Contains(
            "refers to itself",
            Assert.Throws<SettingsException>(() => DLedgerSettings.FromConfig(ConfigurationFactory.ParseString("dledger = ${dledger}"))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void References_that_Akka_knows_hold()
    {
        var settings = DLedgerSettings.FromConfig(ConfigurationFactory.ParseString(
            "name = m7\nsizes { page-bytes = 8MiB, memory-bytes = 32MiB }\ndledger {\n  id = ${name}\n  group = \"g.\"${name}\n  store = "
            + "${sizes}\n  preferred-leaders = [${name}]\n}"));

        Assert.Equal(("m7", "g.m7", 8 << 20, 32L << 20), (settings.Id, settings.Group, settings.Store.PageBytes, settings.Store.MemoryBytes));
        Assert.Equal(["m7"], settings.PreferredLeaders);
    }

    [Theory]
    [InlineData("id = \".\"", "must not end in a dot")]
    [InlineData("group = \"..\"", "must not end in a dot")]
    [InlineData("cluster-id = \"a.\"", "must not end in a dot")]
    [InlineData("id = NUL", "the name of a device")]
    [InlineData("group = com1.log", "the name of a device")]
    [InlineData("data-dir = \"/data/{name}\"", "{name} stands for nothing; {group} and {id} do")]
    public void A_name_that_is_no_folder_of_its_own_is_refused(string hocon, string problem) =>
        Assert.Contains(problem, Assert.Throws<SettingsException>(() => Parse(hocon)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("a.b_1")]
    [InlineData(".a")]
    [InlineData("a..b")]
    [InlineData("console")]
    [InlineData("com10")]
    public void Other_names_stay(string id) => Assert.Equal(id, Parse($"id = \"{id}\"").Id);

    [Fact]
    public void The_folder_may_name_group_and_id() =>
        Assert.Equal("/data/g/x", Parse("id = x\ngroup = g\ndata-dir = \"/data/{group}/{id}\"").DataDir);

    private static DLedgerSettings Parse(string hocon) =>
        DLedgerSettings.FromConfig(ConfigurationFactory.ParseString($"dledger {{\n{hocon}\n}}"));
}
