using System.Text;
using Akka.Configuration.Hocon;

namespace DLedger;

/// <summary>Shows what somebody wrote in a configuration: one line, not too long, and nothing that a terminal would act on.</summary>
internal static class SettingsText
{
    private const int CharsMax = 80;

    /// <summary>A value without references, as <see cref="PlainHocon"/> makes it.</summary>
    public static string Of(HoconValue? value)
    {
        if (value is null || value.Values.Count == 0) return Of("");
        if (value.IsObject()) return "{ … }";
        return value.Values.Any(part => part.IsArray()) ? Of($"[{string.Join(", ", value.GetArray().Select(item => Of(item)))}]") : Of(value.GetString());
    }

    public static string Of(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return "\"\"";
        var shown = new StringBuilder();
        foreach (var c in text.Trim())
        {
            if (shown.Length >= CharsMax) return shown.Append('…').ToString();
            if (c is '\r' or '\n') shown.Append(' ');
            else if (char.IsControl(c)) shown.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else shown.Append(c);
        }

        return shown.ToString();
    }
}
