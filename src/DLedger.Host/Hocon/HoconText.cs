using System.Globalization;
using System.Text;

namespace DLedger.Host;

/// <summary>Walks over a text: what stands here, in which line, quoted texts, white space and comments.</summary>
internal sealed class HoconText(string source, string text)
{
    /// <summary>What may stand in a text only between quotes; '$' is one of them unless '{' follows.</summary>
    private const string OnlyQuoted = "$\"{}[]:=,+#`^?!@*&\\";
    private const string LongQuote = "\"\"\"";

    private int _at;
    private int _line = 1;

    public string Source => source;

    public string Place => string.Create(CultureInfo.InvariantCulture, $"{source}: line {_line}");

    public bool IsEnd => _at >= text.Length;

    public char Here => IsEnd ? '\0' : text[_at];

    public bool IsAt(string what) => text.AsSpan(_at).StartsWith(what, StringComparison.Ordinal);

    /// <summary>Whether a word stands here and then, perhaps after white space, something else.</summary>
    public bool IsAt(string word, string then) =>
        IsAt(word) && text.AsSpan(_at + word.Length).TrimStart(" \t").StartsWith(then, StringComparison.Ordinal);

    public HoconException Wrong(string problem) => new($"{Place}: {problem}");

    /// <summary>Steps over <paramref name="what"/> when it stands here.</summary>
    public bool Skip(string what)
    {
        if (!IsAt(what)) return false;
        for (var i = 0; i < what.Length; i++) Step();
        return true;
    }

    /// <summary>White space within a line, as it stands.</summary>
    public string Spaces()
    {
        var from = _at;
        while (!IsEnd && Here != '\n' && IsSpace(Here)) Step();
        return text[from.._at];
    }

    /// <summary>White space, line ends and comments; true when a line ended.</summary>
    public bool Blanks()
    {
        var ended = false;
        while (!IsEnd)
        {
            if (Here == '\n') ended = true;
            if (IsSpace(Here)) Step();
            else if (!SkipComment()) break;
        }

        return ended;
    }

    /// <summary>Steps to the end of the line when a comment begins here.</summary>
    public bool SkipComment()
    {
        if (Here != '#' && !IsAt("//")) return false;
        while (!IsEnd && Here != '\n') Step();
        return true;
    }

    /// <summary>Text without quotes, up to white space or to what means something; empty when that stands here.</summary>
    public string Unquoted(string stopAt = "")
    {
        var from = _at;
        while (!IsEnd && !IsSpace(Here) && !OnlyQuoted.Contains(Here, StringComparison.Ordinal) && !stopAt.Contains(Here, StringComparison.Ordinal)
            && !IsAt("//"))
            Step();
        return text[from.._at];
    }

    /// <summary>The text between quotes, which begin here.</summary>
    public string Quoted()
    {
        if (IsAt(LongQuote)) return LongQuoted();
        var value = new StringBuilder();
        Step();
        while (Here != '"')
        {
            if (IsEnd || Here == '\n') throw Wrong("a quote is not closed");
            value.Append(Here == '\\' ? Escaped() : Here);
            Step();
        }

        Step();
        return value.ToString();
    }

    public void Step()
    {
        if (Here == '\n') _line++;
        _at++;
    }

    /// <summary>As it stands: no escapes. Quotes just before the end belong to the text.</summary>
    private string LongQuoted()
    {
        var end = text.IndexOf(LongQuote, _at + LongQuote.Length, StringComparison.Ordinal);
        if (end < 0) throw Wrong("a quote is not closed");
        while (end + LongQuote.Length < text.Length && text[end + LongQuote.Length] == '"') end++;
        var value = text[(_at + LongQuote.Length)..end];
        while (_at < end + LongQuote.Length) Step();
        return value;
    }

    private char Escaped()
    {
        Step();
        switch (Here)
        {
            case '"' or '\\' or '/':
                return Here;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u' when _at + 4 < text.Length
                && ushort.TryParse(text.AsSpan(_at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                _at += 4;
                return (char)code;
            default:
                throw Wrong($"'\\{Here}' is no escape; a backslash is written \\\\");
        }
    }

    private static bool IsSpace(char c) => char.IsWhiteSpace(c) || c == '\uFEFF';
}
