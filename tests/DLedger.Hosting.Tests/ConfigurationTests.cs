using System.Text;
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

    [Fact]
    public void An_empty_list_and_an_absent_section_are_as_the_defaults()
    {
        Assert.Empty(Settings("""{ "dledger": { "preferred-leaders": [] } }""").PreferredLeaders);
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

    private static DLedgerSettings Settings(string json) => new DLedgerHostingBuilder().Settings(ConfigurationKeys.ToHocon(Section(json)));

    private static IConfigurationSection Section(string json) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build().GetSection("dledger");
}
