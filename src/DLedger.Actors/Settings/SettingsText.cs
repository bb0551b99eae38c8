using System.Globalization;
using System.Text;
using Akka.Configuration.Hocon;

namespace DLedger;

/// <summary>
/// Shows what somebody wrote in a configuration: one line, not too long, and nothing that a terminal would act on. And writes values as a
/// configuration has them.
/// </summary>
internal static class SettingsText
{
    private const int CharsMax = 80;

    /// <summary>A switch, as a configuration has it; null for none.</summary>
    public static string? Of(bool? flag) => flag switch { true => "on", false => "off", null => null };

    /// <summary>A number, as a configuration has it; null for none.</summary>
    public static string? Of(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    /// <summary>A size, as a configuration has it; null for none.</summary>
    public static string? OfBytes(long? bytes) => bytes is null ? null : SettingsReader.ShowBytes(bytes.Value);

    /// <summary>A time, as a configuration has it, to the last tick; null for none.</summary>
    public static string? Of(TimeSpan? time) => time switch
    {
        null => null,
        { Ticks: var ticks } when ticks % TimeSpan.TicksPerMillisecond != 0 || ticks < 0 =>
            string.Create(CultureInfo.InvariantCulture, $"{time.Value.TotalMilliseconds}ms"),
        _ => SettingsReader.ShowTime(time.Value),
    };

    /// <summary>A value without references, as <see cref="PlainHocon"/> makes it.</summary>
    public static string Of(HoconValue? value)
    {
        if (value is null || value.Values.Count == 0) return Of("");
        if (value.IsObject()) return "{ … }";
        return value.Values.Any(part => part.IsArray())
            ? Of($"[{string.Join(", ", value.GetArray().Select(item => Of(item)))}]")
            : Of(value.GetString());
    }

    public static string Of(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return "\"\"";
        var shown = new StringBuilder();
        foreach (var c in text.Trim())
        {
            if (shown.Length >= CharsMax) return shown.Append('…').ToString();
            if (c is '\r' or '\n') shown.Append(' ');
            else if (char.IsControl(c)) shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else shown.Append(c);
        }

        return shown.ToString();
    }
}
