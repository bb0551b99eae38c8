using Akka.Configuration;
using Akka.Configuration.Hocon;
using Akka.Remote;

namespace DLedger.Remoting;

/// <summary>Akka's own TCP transport, which carries control where ours is not enabled: in an application that only has a client.</summary>
internal static class StockTransport
{
    public const string ConfigPath = "akka.remote.dot-netty.tcp";

    public const string FrameKey = $"{ConfigPath}.maximum-frame-size";

    /// <summary>Of the system in force: the largest frame of whatever carries control.</summary>
    public static string ControlFrameKey(Config inForce) =>
        Enables(inForce, ControlTransport.ConfigPath) ? ControlTransport.FrameKey : FrameKey;

    /// <summary>What a user has set for it although it is not enabled.</summary>
    public static IReadOnlyList<string> IgnoredKeys(Config inForce)
    {
        if (Enables(inForce, ConfigPath)) return [];
        var given = Leaves(inForce);
        var byDefault = Leaves(ConfigurationFactory.FromResource("Akka.Remote.Configuration.Remote.conf", typeof(RemoteSettings).Assembly));
        return [.. given.Where(leaf => byDefault.GetValueOrDefault(leaf.Key) != leaf.Value).Select(leaf => leaf.Key).Order(StringComparer.Ordinal)];
    }

    public static bool Enables(Config inForce, string path) =>
        inForce.HasPath("akka.remote.enabled-transports") && inForce.GetStringList("akka.remote.enabled-transports").Contains(path);

    private static Dictionary<string, string> Leaves(Config config)
    {
        var leaves = new Dictionary<string, string>(StringComparer.Ordinal);
        if (config.HasPath(ConfigPath)) Add(ConfigPath, config.GetValue(ConfigPath), leaves);
        return leaves;
    }

    private static void Add(string path, HoconValue value, Dictionary<string, string> leaves)
    {
        if (!value.IsObject())
        {
            leaves[path] = value.IsString() ? value.GetString() : string.Join(',', value.GetStringList());
            return;
        }

        foreach (var (key, inner) in value.GetObject().Items) Add($"{path}.{key}", inner, leaves);
    }
}
