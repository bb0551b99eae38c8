namespace DLedger.Host;

/// <summary>
/// Checks that the braces, brackets and quotes of a HOCON text match, before it is parsed: of one that breaks off in the middle it can name the line
/// that opens what is never closed.
/// </summary>
internal static class HoconShape
{
    private const string LongQuote = "\"\"\"";

    /// <summary>What is wrong, with its line; null when all match.</summary>
    public static string? ProblemOf(string text)
    {
        var open = new Stack<(char Close, int Line)>();
        var line = 1;
        for (var i = 0; i < text.Length; i++)
        {
            var rest = text.AsSpan(i);
            switch (text[i])
            {
                case '\n':
                    line++;
                    break;
                case '#':
                case '/' when rest.StartsWith("//", StringComparison.Ordinal):
                    i += rest.IndexOf('\n') is >= 0 and var end ? end - 1 : rest.Length;
                    break;
                case '"':
                    var length = QuotedLength(rest);
                    if (length < 0) return $"line {line}: a quote is not closed";
                    line += rest[..length].Count('\n');
                    i += length - 1;
                    break;
                case '{':
                    open.Push(('}', line));
                    break;
                case '[':
                    open.Push((']', line));
                    break;
                case '}' or ']':
                    if (!open.TryPop(out var last)) return $"line {line}: '{text[i]}' closes nothing";
                    if (last.Close != text[i]) return $"line {line}: '{text[i]}' where '{last.Close}' closes what line {last.Line} opens";
                    break;
                default:
                    break;
            }
        }

        return open.TryPop(out var left) ? $"line {left.Line}: '{left.Close}' is missing" : null;
    }

    /// <summary>The length of the quoted text that starts here, quotes included; -1 when it does not end.</summary>
    private static int QuotedLength(ReadOnlySpan<char> text)
    {
        if (text.StartsWith(LongQuote, StringComparison.Ordinal))
        {
            var end = text[LongQuote.Length..].IndexOf(LongQuote, StringComparison.Ordinal);
            return end < 0 ? -1 : end + (2 * LongQuote.Length);
        }

        for (var i = 1; i < text.Length && text[i] != '\n'; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == '"') return i + 1;
        }

        return -1;
    }
}
