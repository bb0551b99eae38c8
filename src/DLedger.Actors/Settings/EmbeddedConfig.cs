using Akka.Configuration;

namespace DLedger;

/// <summary>The reference files in <c>hocon/</c>, carried in the assembly.</summary>
internal static class EmbeddedConfig
{
    public static Config Load(string file)
    {
        var name = $"DLedger.hocon.{file}";
        using var stream = typeof(EmbeddedConfig).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {name}.");
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}
