using System.Globalization;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Microsoft.Extensions.Configuration;

namespace DLedger.Hosting;

/// <summary>
/// A section of <c>Microsoft.Extensions.Configuration</c> as a section <c>dledger</c> of HOCON, so that a value is judged the same wherever it comes
/// from. Keys may be written as in HOCON (<c>heartbeat-interval</c>), as the properties of <see cref="DLedgerOptions"/> (<c>HeartbeatInterval</c>),
/// or as environment variables want them (<c>HEARTBEAT_INTERVAL</c>).
/// </summary>
internal static class ConfigurationKeys
{
    private static readonly string[] s_listKeys = ["preferred-leaders", "client.read-from"];

    private static readonly Dictionary<string, string> Known = Keys(DLedgerSettings.Reference.GetConfig(DLedgerSettings.Section).Root.GetObject(), "")
        .ToDictionary(Plain, key => key, StringComparer.Ordinal);

    public static Config ToHocon(IConfiguration section)
    {
        var hocon = new HoconSection();
        foreach (var child in section.GetChildren()) Add(hocon, child, "");
        return hocon.Under(DLedgerSettings.Section);
    }

    private static void Add(HoconSection hocon, IConfigurationSection given, string prefix)
    {
        var path = prefix + given.Key;
        var children = given.GetChildren().ToList();
        if (children.Count > 0 && children.TrueForAll(child => int.TryParse(child.Key, out _)))
        {
            var inOrder = children.OrderBy(child => int.Parse(child.Key, CultureInfo.InvariantCulture));
            hocon.Set(KeyOf(path), inOrder.Select(child => child.Value ?? ""));
        }
        else if (children.Count > 0)
        {
            foreach (var child in children) Add(hocon, child, path + ".");
        }
        else
        {
            var (key, text) = (KeyOf(path), given.Value ?? "");

            // An empty list has no children.
            if (s_listKeys.Contains(key) && text.Length == 0) hocon.Set(key, []);
            else hocon.Set(key, text);
        }
    }

    /// <summary>A key that nobody knows stays as it is: the refusal names it, and the nearest that there is.</summary>
    private static string KeyOf(string path) => Known.GetValueOrDefault(Plain(path), path);

    private static string Plain(string key) =>
        key.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

    private static IEnumerable<string> Keys(HoconObject section, string prefix) =>
        section.Items.SelectMany(item => item.Value.IsObject() ? Keys(item.Value.GetObject(), $"{prefix}{item.Key}.") : [prefix + item.Key]);
}
