using System.Reflection;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Xunit;

namespace DLedger.Actors.Tests.Settings;

public sealed class DLedgerOptionsTests
{
    [Fact]
    public void Options_that_say_nothing_are_the_defaults()
    {
        var (options, nothing) = (DLedgerSettings.From(new DLedgerOptions()), DLedgerSettings.FromConfig(Config.Empty));
        Assert.Equal(Shown(nothing), Shown(options));
    }

    /// <summary>A key that options cannot name would be one for users of HOCON alone.</summary>
    [Fact]
    public void Every_key_of_the_reference_is_a_property_and_every_property_is_a_key()
    {
        var keys = Keys(DLedgerSettings.Reference.GetConfig("dledger").Root.GetObject(), "").Order(StringComparer.Ordinal);
        Assert.Equal(keys, Properties(typeof(DLedgerOptions), "").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_options_say_is_what_the_settings_have()
    {
        var settings = DLedgerSettings.From(new DLedgerOptions
        {
            Id = "n1",
            Group = "g",
            ClusterId = "c-1",
            Peers = "n0-a:1;n1-b:2/3",
            AcceptNewPeers = true,
            DataDir = "/data/{group}/{id}",
            Durability = Durability.Memory,
            HeartbeatInterval = TimeSpan.FromMicroseconds(50_500),
            ElectionTimeoutMin = TimeSpan.FromMilliseconds(400),
            ElectionTimeoutMax = TimeSpan.FromSeconds(1),
            MaxEntrySize = 12_345,
            BatchBytesMax = 2048,
            PendingEntriesMax = 7,
            PendingBytesMax = 1 << 20,
            PendingReadsMax = 8,
            LeaseClockDriftPercentMax = 5,
            AppendTimeout = TimeSpan.FromSeconds(3),
            PushWindowBytes = 4096,
            PushWindowBatches = 9,
            CatchUpBytesPerSecond = 0,
            PreferredLeaders = ["n1", "n0"],
            PreferredMinInterval = TimeSpan.FromMinutes(1),
            Store =
            {
                PageBytes = 1 << 20,
                MemoryBytes = 4 << 20,
                SegmentBytes = 8 << 20,
                CheckpointBytes = 1 << 20,
                ZeroAheadBytes = 0,
                PageCacheBytes = 1,
            },
            Retention = { Bytes = 5L << 30, Age = TimeSpan.FromDays(2) },
            Client =
                new DLedgerClientOptions { Timeout = TimeSpan.FromSeconds(1), Window = 3, PackBytes = 100, SystemName = "other", ReadFrom = ["n1"] },
        });

        Assert.Equal(("n1", "g", "c-1", "/data/g/n1"), (settings.Id, settings.Group, settings.ClusterId, settings.DataDir));
        Assert.Equal(["n0-a:1", "n1-b:2/3"], settings.Members.Select(member => member.ToString()));
        Assert.Equal((true, Durability.Memory), (settings.AcceptNewPeers, settings.Durability));
        Assert.Equal(TimeSpan.FromMicroseconds(50_500), settings.HeartbeatInterval);
        Assert.Equal((TimeSpan.FromMilliseconds(400), TimeSpan.FromSeconds(1)), (settings.ElectionTimeoutMin, settings.ElectionTimeoutMax));
        Assert.Equal((12_345, 2048), (settings.MaxEntrySize, settings.BatchBytesMax));
        Assert.Equal((7, 1L << 20, 8), (settings.PendingEntriesMax, settings.PendingBytesMax, settings.PendingReadsMax));
        Assert.Equal((4096L, 9, 0L), (settings.PushWindowBytes, settings.PushWindowBatches, settings.CatchUpBytesPerSecond));
        Assert.Equal((TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(1)), (settings.AppendTimeout, settings.PreferredMinInterval));
        Assert.Equal(["n1", "n0"], settings.PreferredLeaders);
        Assert.Equal((1 << 20, 0, 1L), (settings.Store.PageBytes, settings.Store.ZeroAheadBytes, settings.Store.PageCacheBytes));
        Assert.Equal((5L << 30, TimeSpan.FromDays(2)), (settings.Store.RetentionBytes, settings.Store.RetentionAge));
        Assert.Equal(5, settings.LeaseClockDriftPercentMax);
        var client = settings.Client;
        Assert.Equal(["n1"], client.ReadFrom);
        Assert.Equal((TimeSpan.FromSeconds(1), 3, 100, "other"), (client.Timeout, client.Window, client.PackBytes, client.SystemName));
    }

    [Fact]
    public void Options_are_judged_as_a_configuration_is()
    {
        Expect("dledger.heartbeat-interval = 250ms: must be less than half", new() { HeartbeatInterval = TimeSpan.FromMilliseconds(250) });
        Expect("dledger.heartbeat-interval = -1ms", new() { HeartbeatInterval = TimeSpan.FromMilliseconds(-1) });
        Expect("dledger.max-entry-size = -1B", new() { MaxEntrySize = -1 });
        Expect("dledger.store.page-bytes = 3B", new() { Store = { PageBytes = 3 } });
        Expect("dledger.id = ${x}", new() { Id = "${x}" });
        Expect("n7 is not a member", new() { PreferredLeaders = ["n7"] });
        Expect("dledger.durability = 7: must be disk or memory", new() { Durability = (Durability)7 });
        Expect("dledger.client.window = 0: must be a whole number", new() { Client = new() { Window = 0 } });

        static void Expect(string problem, DLedgerOptions options) =>
            Assert.Contains(problem, Assert.Throws<SettingsException>(() => DLedgerSettings.From(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_changed_after_the_judgement_changes_nothing()
    {
        var options = new DLedgerOptions { Client = new DLedgerClientOptions { Window = 5 }, PreferredLeaders = ["n0"] };
        var settings = DLedgerSettings.From(options);
        options.Client.Window = 0;
        options.PreferredLeaders.Clear();
        settings.Client.Window = 0;

        Assert.Equal(5, settings.Client.Window);
        Assert.Equal(["n0"], settings.PreferredLeaders);
        Assert.IsNotType<Member[]>(settings.Members);
    }

    private static string Shown(DLedgerSettings settings) =>
        string.Join('\n', Values(settings).Concat(Values(settings.Store)).Concat(Values(settings.Client)));

    private static IEnumerable<string> Values(object of) => of.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.PropertyType != typeof(DLedgerClientOptions))
        .Select(property => (property.Name, Value: property.GetValue(of)))
        .Select(property => $"{property.Name} = {(property.Value is IEnumerable<object> list ? string.Join(", ", list) : property.Value)}");

    private static IEnumerable<string> Keys(HoconObject section, string prefix) =>
        section.Items.SelectMany(item => item.Value.IsObject() ? Keys(item.Value.GetObject(), $"{prefix}{item.Key}.") : [prefix + item.Key]);

    private static IEnumerable<string> Properties(Type options, string prefix) => options.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .SelectMany(property => property.PropertyType.Namespace == nameof(DLedger)
            ? Properties(property.PropertyType, $"{prefix}{Kebab(property.Name)}.")
            : [prefix + Kebab(property.Name)]);

    private static string Kebab(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? $"{(i == 0 ? "" : "-")}{char.ToLowerInvariant(c)}" : $"{c}"));
}
