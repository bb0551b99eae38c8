using System.Reflection;
using System.Text;
using Akka.Configuration;
using DLedger.Core;
using Microsoft.Extensions.Configuration;

namespace DLedger.Hosting.Tests;

/// <summary>What a configuration says, however its keys are written.</summary>
public sealed class ConfigurationTests
{
    [Fact]
    public void Keys_are_those_of_hocon_or_of_the_options_and_values_too()
    {
        var settings = Settings("""
            {
              "dledger": {
                "Id": "n1",
                "peers": "n0-a:1;n1-b:2",
                "HeartbeatInterval": "00:00:00.0500000",
                "election-timeout-max": "900ms",
                "maxentrysize": 2048,
                "AcceptNewPeers": true,
                "preferred-leaders": [ "n1", "n0" ],
                "Store": { "segment-bytes": "64MiB", "PageCacheBytes": 0 },
                "Client": { "Timeout": "3s" }
              }
            }
            """);

        Assert.Equal(("n1", TimeSpan.FromMilliseconds(50)), (settings.Id, settings.HeartbeatInterval));
        Assert.Equal(TimeSpan.FromMilliseconds(900), settings.ElectionTimeoutMax);
        Assert.Equal((2048, true), (settings.MaxEntrySize, settings.AcceptNewPeers));
        Assert.Equal(["n1", "n0"], settings.PreferredLeaders);
        Assert.Equal((64L << 20, 0L), (settings.Store.SegmentBytes, settings.Store.PageCacheBytes));
        Assert.Equal(TimeSpan.FromSeconds(3), settings.Client.Timeout);
    }

    /// <summary>Every key that there is, with a value that differs from its default.</summary>
    private static readonly Dictionary<string, string> Every = new()
    {
        ["id"] = "n1", ["group"] = "g", ["cluster-id"] = "c", ["peers"] = "n0-a:1;n1-b:2/3", ["accept-new-peers"] = "on", ["data-dir"] = "/data",
        ["durability"] = "memory", ["heartbeat-interval"] = "60ms", ["election-timeout-min"] = "400ms", ["election-timeout-max"] = "900ms",
        ["max-entry-size"] = "2KiB", ["batch-bytes-max"] = "32KiB", ["pending-entries-max"] = "100", ["pending-bytes-max"] = "8MiB",
        ["pending-reads-max"] = "200", ["append-timeout"] = "6s", ["push-window-bytes"] = "2MiB", ["push-window-batches"] = "32",
        ["catch-up-bytes-per-second"] = "16MiB", ["preferred-leaders"] = "n1", ["preferred-min-interval"] = "40s", ["store.page-bytes"] = "2MiB",
        ["store.memory-bytes"] =
            "32MiB", ["store.segment-bytes"] = "64MiB", ["store.checkpoint-bytes"] = "64MiB", ["store.zero-ahead-bytes"] = "2MiB",
        ["store.page-cache-bytes"] = "32MiB", ["retention.bytes"] = "1GiB", ["retention.age"] = "2d", ["client.timeout"] = "11s",
        ["client.window"] = "16", ["client.pack-bytes"] = "32KiB", ["client.outstanding-max"] = "300", ["client.outstanding-bytes-max"] = "4MiB",
        ["lease-clock-drift-percent-max"] = "5", ["client.read-from"] = "n1", ["client.outstanding-calls-max"] = "400",
        ["client.tail-interval"] = "50ms", ["client.system-name"] = "other",
    };

    /// <summary>What the store has for its tests, or works out by itself.</summary>
    private static readonly string[] WithoutKey =
    [
        nameof(StoreSettings.CacheBytes), nameof(StoreSettings.StallAfter), nameof(StoreSettings.IdleMarkAfter), nameof(
            StoreSettings.SpaceRetryAfter),
        nameof(StoreSettings.ReserveBytes), nameof(StoreSettings.MaxPrefixBytes),
    ];

    [Theory]
    [InlineData("as HOCON has it")]
    [InlineData("HeartbeatInterval")]
    [InlineData("HEARTBEAT_INTERVAL")]
    public void Every_setting_can_be_given(string spelling)
    {
        var reference = DLedgerSettings.Reference.GetConfig(DLedgerSettings.Section).AsEnumerable().SelectMany(item => item.Value.IsObject()
            ? item.Value.GetObject().Items.Keys.Select(key => $"{item.Key}.{key}")
            : [item.Key]);
        Assert.Equal(reference.Order(StringComparer.Ordinal), Every.Keys.Order(StringComparer.Ordinal));

        var given = Every.ToDictionary(
            setting =>
                $"dledger:{Spelled(setting.Key).Replace('.', ':')}{(IsList(setting.Key) ? ":0" : "")}", setting =>
                    (string?)setting.Value);
        var section = new ConfigurationBuilder().AddInMemoryCollection(given).Build().GetSection("dledger");
        var bound = Shown(new DLedgerHostingBuilder().Settings(ConfigurationKeys.ToHocon(section)));

        var quoted = Every.Select(setting => $"dledger.{setting.Key} = {(IsList(setting.Key) ? "[n1]" : $"\"{setting.Value}\"")}");
        Assert.Equal(Shown(DLedgerSettings.FromConfig(ConfigurationFactory.ParseString(string.Join('\n', quoted)))), bound);

        // None of them was lost on both ways.
        Assert.Empty(bound.Intersect(Shown(Settings("{ }"))));

        static bool IsList(string key) => key is "preferred-leaders" or "client.read-from";

        string Spelled(string key) => spelling switch
        {
            "HEARTBEAT_INTERVAL" => key.ToUpperInvariant().Replace('-', '_'),
            "HeartbeatInterval" => string.Concat(key.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..])),
            _ => key,
        };
    }

    [Fact]
    public void An_empty_list_and_an_absent_section_are_as_the_defaults()
    {
        Assert.Empty(Settings("""{ "dledger": { "preferred-leaders": [] } }""").PreferredLeaders);
        Assert.Empty(Settings("""{ "dledger": { "client": { "read-from": [] } } }""").Client.ReadFrom);
        Assert.Equal("n0", Settings("{ }").Id);
    }

    [Fact]
    public void The_lambda_holds_over_the_section()
    {
        var how = new DLedgerHostingBuilder().Configure(options => options.Group = "b").Configure(options => options.ClusterId = "c");
        var settings = how.Settings(ConfigurationKeys.ToHocon(Section("""{ "dledger": { "group": "a", "id": "n0" } }""")));
        Assert.Equal(("b", "c"), (settings.Group, settings.ClusterId));
    }

    [Theory]
    [InlineData("""{ "dledger": { "HeartbeatIntervall": "1s" } }""", "nearest is dledger.heartbeat-interval")]
    [InlineData("""{ "dledger": { "store": { "PageByte": 1 } } }""", "nearest is dledger.store.page-bytes")]
    [InlineData("""{ "dledger": { "storage": { "page-bytes": 1 } } }""", "dledger.storage")]
    [InlineData("""{ "dledger": { "client": { "Windows": 1 } } }""", "nearest is dledger.client.window")]
    [InlineData("""{ "dledger": { "colour": "red" } }""", "dledger.colour = red: there is no such key")]
    [InlineData("""{ "dledger": { "ElectionTimeoutMax": "1h" } }""", "dledger.election-timeout-max = 1h: must be a time from 30ms to 10m")]
    [InlineData("""{ "dledger": { "id": { "a": 1 } } }""", "dledger.id")]
    [InlineData("""{ "dledger": { "id": "${x}" } }""", "dledger.id = ${x}")]
    public void What_is_wrong_is_refused_by_key_and_value(string json, string problem) =>
        Assert.Contains(problem, Assert.Throws<SettingsException>(() => Settings(json)).Message, StringComparison.Ordinal);

    /// <summary>The binder of .NET takes the options as they are.</summary>
    [Fact]
    public void Options_can_be_bound_by_the_binder()
    {
        var options = Section("""
            {
              "dledger": {
                "Id": "n1",
                "Peers": "n1-b:2",
                "HeartbeatInterval": "00:00:00.050",
                "Durability": "memory",
                "Store": { "PageBytes": 8388608 },
                "Client": { "Window": 3 }
              }
            }
            """).Get<DLedgerOptions>()!;

        var settings = DLedgerSettings.From(options);
        Assert.Equal(("n1", Durability.Memory, 8 << 20, 3), (settings.Id, settings.Durability, settings.Store.PageBytes, settings.Client.Window));
    }

    private static List<string> Shown(DLedgerSettings settings) => [.. Values(settings), .. Values(settings.Store), .. Values(settings.Client)];

    private static IEnumerable<string> Values(object of) => of.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.Name != nameof(DLedgerSettings.Client) && !WithoutKey.Contains(property.Name))
        .Select(property => (property.Name, Value: property.GetValue(of)))
        .Select(
            property =>
                $"{of.GetType().Name}.{property.Name} = {(property.Value is IEnumerable<object> list ? string.Join(", ", list) : property.Value)}");

    private static DLedgerSettings Settings(string json) => new DLedgerHostingBuilder().Settings(ConfigurationKeys.ToHocon(Section(json)));

    private static IConfigurationSection Section(string json) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build().GetSection("dledger");
}
