using System.Globalization;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace DLedger;

/// <summary>Reads single values of the <c>dledger</c> section; whatever is wrong becomes one line with key, value and what is allowed.</summary>
internal sealed class SettingsReader(Config section)
{
    private static readonly (string Unit, long Factor)[] ByteUnits =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1), ("", 1),
    ];

    private static readonly (string Unit, double Milliseconds)[] TimeUnits =
    [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ];

    public static SettingsException Wrong(string key, string? value, string allowed) =>
        new($"dledger.{SettingsText.Of(key)} = {SettingsText.Of(value)}: {allowed}.");

    public static SettingsException Wrong(string key, HoconValue? value, string allowed) =>
        new($"dledger.{SettingsText.Of(key)} = {SettingsText.Of(value)}: {allowed}.");

    public string Text(string key)
    {
        var value = Value(key);
        if (!value.IsString() || value.IsObject() || value.IsArray()) throw Wrong(key, value, "must be a text");
        return value.GetString() ?? "";
    }

    public string Id(string key, string extra = "")
    {
        var text = Text(key);
        var allowed = text.Length <= DLedgerSettings.IdCharsMax && text.Length > 0
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' || extra.Contains(c, StringComparison.Ordinal));
        if (!allowed)
            throw Wrong(
                key, text, $"must be 1 to {DLedgerSettings.IdCharsMax} letters, digits, '_' and '.'{(extra.Length == 0 ? "" : $" and '{extra}'")}");
        if (FolderName.ProblemOf(text) is { } problem) throw Wrong(key, text, problem);
        return text;
    }

    public IReadOnlyList<string> Texts(string key)
    {
        var value = Value(key);

        // Akka's parser turns [] into a value with nothing in it.
        if (value.Values.All(part => part.IsArray() && part.GetArray().Count == 0)) return [];
        if (!value.Values.Any(part => part.IsArray())) throw Wrong(key, value, "must be a list such as [n0, n1]");
        return [.. value.GetArray().Select((item, i) => item.GetString() ?? throw Wrong(key, value, $"item {Plain(i + 1)} must be a text"))];
    }

    public T Choice<T>(string key)
        where T : struct, Enum
    {
        var text = Text(key);
        foreach (var choice in Enum.GetValues<T>())
        {
            if (string.Equals(choice.ToString(), text, StringComparison.OrdinalIgnoreCase)) return choice;
        }

        throw Wrong(key, text, $"must be {string.Join(" or ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()))}");
    }

    public bool Flag(string key)
    {
        var text = Text(key);
        return text.ToLowerInvariant() switch
        {
            "true" or "on" => true,
            "false" or "off" => false,
            _ => throw Wrong(key, text, "must be on or off"),
        };
    }

    public long Number(string key, long min, long max)
    {
        var text = Text(key);
        var isNumber = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        return isNumber && number >= min && number <= max
            ? number
            : throw Wrong(key, text, $"must be a whole number from {Plain(min)} to {Plain(max)}");
    }

    /// <summary>A size in bytes: a whole number with B, KiB, MiB, GiB, TiB (or kB, MB, GB, TB, by the thousand).</summary>
    public long Bytes(string key, long min, long max, bool powerOfTwo = false)
    {
        var text = Text(key);
        var size = ParseBytes(text);
        if (size is null || size < min || size > max || (powerOfTwo && !long.IsPow2(size.Value)))
            throw Wrong(
                key, text,
                $"must be a size {(powerOfTwo ? "that is a power of two, " : "")}from {ShowBytes(min)} to {ShowBytes(max)}, such as 64KiB");
        return size.Value;
    }

    /// <summary>A time with ms, s, m, h or d; or as .NET writes it.</summary>
    public TimeSpan Time(string key, TimeSpan min, TimeSpan max)
    {
        var text = Text(key);
        var time = ParseTime(text);
        if (time is null || time < min || time > max)
            throw Wrong(key, text, $"must be a time from {ShowTime(min)} to {ShowTime(max)}, such as 100ms or 5s");
        return time.Value;
    }

    public static string ShowBytes(long bytes)
    {
        foreach (var (unit, factor) in ByteUnits.AsSpan(0, 4).ToArray().Reverse())
        {
            if (bytes >= factor && bytes % factor == 0) return Plain(bytes / factor) + unit;
        }

        return Plain(bytes) + "B";
    }

    public static string ShowTime(TimeSpan time)
    {
        foreach (var (unit, milliseconds) in TimeUnits.Reverse())
        {
            if (time.TotalMilliseconds >= milliseconds && time.TotalMilliseconds % milliseconds == 0)
                return Plain((long)(time.TotalMilliseconds / milliseconds)) + unit;
        }

        return time == TimeSpan.Zero ? "0" : Plain((long)time.TotalMilliseconds) + "ms";
    }

    private static long? ParseBytes(string text)
    {
        var (number, unit) = Split(text);
        foreach (var (name, factor) in ByteUnits)
        {
            if (!string.Equals(unit, name, StringComparison.OrdinalIgnoreCase)) continue;
            var isSize = long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size <= long.MaxValue / factor;
            return isSize ? size * factor : null;
        }

        return null;
    }

    private static TimeSpan? ParseTime(string text)
    {
        var (number, unit) = Split(text);
        if (number == "0" && unit.Length == 0) return TimeSpan.Zero;

        // As .NET writes it, 00:00:00.1000000: appsettings.json has it so.
        if (text.Contains(':', StringComparison.Ordinal))
            return TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var written) ? written : null;
        foreach (var (name, milliseconds) in TimeUnits)
        {
            if (unit != name) continue;
            var isTime = double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var time)
                && time * milliseconds < TimeSpan.MaxValue.TotalMilliseconds;
            return isTime ? TimeSpan.FromMilliseconds(time * milliseconds) : null;
        }

        return null;
    }

    private static (string Number, string Unit) Split(string text)
    {
        var end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.')) end++;
        return (text[..end], text[end..].Trim());
    }

    private static string Plain(long value) => value.ToString(CultureInfo.InvariantCulture);

    private HoconValue Value(string key)
    {
        var value = section.GetValue(key);
        return value ?? throw Wrong(key, "", "must be given");
    }
}
