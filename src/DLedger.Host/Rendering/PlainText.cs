using System.Globalization;
using System.Text;

namespace DLedger.Host;

/// <summary>
/// Text from outside as it may be shown: what a terminal acts on, or what turns letters round, is written as an escape. Ids, addresses, problems and
/// bodies come from other processes, files and users; none of them may move the cursor, colour the screen or fake a line of a log.
/// </summary>
internal static class PlainText
{
    /// <summary>One line: line ends become spaces.</summary>
    public static string Line(string text) => text.All(c => !Acts(c)) ? text : Escaped(text.ReplaceLineEndings(" "), keepLines: false);

    /// <summary>Line ends stay.</summary>
    public static string Lines(string text) => text.All(c => c == '\n' || !Acts(c)) ? text : Escaped(text.ReplaceLineEndings("\n"), keepLines: true);

    /// <summary>A body on a terminal: as it is where it is text; tabs stay, what is no UTF-8 is shown as bytes.</summary>
    public static string Body(ReadOnlySpan<byte> body)
    {
        var shown = new StringBuilder(body.Length);
        while (!body.IsEmpty)
        {
            var isText = Rune.DecodeFromUtf8(body, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            if (!isText) foreach (var b in body[..length]) shown.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
            else if (rune.IsBmp && rune.Value != '\t' && Acts((char)rune.Value)) Escape(shown, (char)rune.Value);
            else shown.Append(rune.ToString());
            body = body[length..];
        }

        return shown.ToString();
    }

    private static string Escaped(string text, bool keepLines)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (Acts(c) && !(keepLines && c == '\n')) Escape(shown, c);
            else shown.Append(c);
        }

        return shown.ToString();
    }

    private static void Escape(StringBuilder shown, char c) => _ = c switch
    {
        '\n' => shown.Append("\\n"),
        '\r' => shown.Append("\\r"),
        '\t' => shown.Append("\\t"),
        <= '\xff' => shown.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
        _ => shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
    };

    /// <summary>Control characters, line and paragraph separators, and what changes the direction of text.</summary>
    private static bool Acts(char c) =>
        char.IsControl(c)
            || c is '\u2028' or '\u2029' or '\u061c' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
