namespace DLedger.Host;

/// <summary>
/// Reads a HOCON text: sections, lists, texts, <c>+=</c>, includes, and references, which are only looked up when everything is read
/// (<see cref="HoconResolver"/>). Akka's own parser knows neither optional references nor includes: it takes the rest of the file for something else,
/// or never ends.
/// </summary>
internal sealed class HoconParser
{
    /// <summary>Sections and lists within each other; no configuration needs so many, and a stack has an end.</summary>
    public const int DepthMax = 100;

    private static readonly string[] IncludeForms = ["\"", "required(", "file(", "url(", "classpath(", "package("];

    private readonly HoconText _text;
    private readonly Func<string, bool, HoconFields?> _include;
    private readonly List<string> _prefix;
    private int _depth;

    private HoconParser(HoconText text, IEnumerable<string> within, Func<string, bool, IReadOnlyList<string>, HoconFields?> include)
    {
        _text = text;
        _prefix = [.. within];
        Within = [.. _prefix];
        _include = (name, required) => include(name, required, [.. _prefix]);
    }

    private IReadOnlyList<string> Within { get; }

    /// <summary>Parses a whole file.</summary>
    /// <param name="source">Its name, for messages.</param>
    /// <param name="text">What it holds.</param>
    /// <param name="within">The section that includes it.</param>
    /// <param name="include">Takes name, whether it must be there, and the section; returns what that file holds.</param>
    public static HoconFields Parse(
        string source, string text, IReadOnlyList<string> within, Func<string, bool, IReadOnlyList<string>, HoconFields?> include)
    {
        if (HoconShape.ProblemOf(text) is { } problem) throw new HoconException($"{source}: {problem}");
        var parser = new HoconParser(new HoconText(source, text), within, include);
        return parser.File();
    }

    private HoconFields File()
    {
        _text.Blanks();
        var fields = new HoconFields();
        if (_text.Skip("{"))
        {
            Fields(fields, inBraces: true);
            _text.Blanks();
            if (!_text.IsEnd) throw _text.Wrong($"'{_text.Here}' after the end of the file's braces");
            return fields;
        }

        if (_text.Here == '[') throw _text.Wrong("a list, where key = value was expected");
        Fields(fields, inBraces: false);
        return fields;
    }

    private void Fields(HoconFields fields, bool inBraces)
    {
        while (true)
        {
            _text.Blanks();
            if (_text.Skip(",")) continue;
            if (_text.IsEnd) return;
            if (inBraces && _text.Skip("}")) return;
            if (!Include(fields)) Field(fields);

            // One setting a line: what else follows in this line belongs to no value, and must not vanish.
            var ended = _text.Blanks();
            if (ended || _text.IsEnd || _text.Here is '}' or ',') continue;
            throw _text.Wrong($"'{_text.Here}' stands in a text only between quotes");
        }
    }

    private void Field(HoconFields fields)
    {
        var path = Path("=:+{", "a key");
        _text.Blanks();
        var place = _text.Place;
        HoconWritten value;
        if (_text.Here == '{')
        {
            value = In(path, Value);
        }
        else if (_text.Skip("+="))
        {
            // As the standard has it: a = ${?a} [value].
            var item = In(path, Value);
            var before = new HoconPart.Reference([.. _prefix.Skip(Within.Count), .. path], Within, true, place);
            value = new HoconWritten([before, new HoconPart.List([item])], place);
        }
        else if (_text.Skip("=") || _text.Skip(":"))
        {
            value = In(path, Value);
        }
        else
        {
            throw _text.Wrong($"'{string.Join('.', path)}' has no value: key = value");
        }

        // a.b.c = x is a { b { c = x } }.
        for (var i = path.Count - 1; i > 0; i--)
        {
            var inner = new HoconFields();
            inner.Add(path[i], value);
            value = new HoconWritten([new HoconPart.Section(inner)], place);
        }

        fields.Add(path[0], value);
    }

    private HoconWritten In(List<string> path, Func<HoconWritten> read)
    {
        _prefix.AddRange(path);
        if (_prefix.Count > DepthMax || ++_depth > DepthMax)
            throw _text.Wrong($"sections or lists stand within each other more than {DepthMax} deep");
        var value = read();
        _depth--;
        _prefix.RemoveRange(_prefix.Count - path.Count, path.Count);
        return value;
    }

    private HoconWritten Value()
    {
        _text.Blanks();
        var place = _text.Place;
        var parts = new List<HoconPart>();
        while (!_text.IsEnd)
        {
            var space = _text.Spaces();
            if (_text.IsEnd || _text.Here is '\n' or ',' or '}' or ']' || _text.SkipComment()) break;
            if (space.Length > 0 && parts.Count > 0) parts.Add(new HoconPart.Space(space));
            parts.Add(Part());
        }

        return parts.Count > 0 ? new HoconWritten(parts, place) : throw new HoconException($"{place}: a value is missing; an empty one is \"\"");
    }

    private HoconPart Part()
    {
        switch (_text.Here)
        {
            case '"':
                return new HoconPart.Text(_text.Quoted());
            case '{':
                _text.Step();
                var fields = new HoconFields();
                Fields(fields, inBraces: true);
                return new HoconPart.Section(fields);
            case '[':
                _text.Step();
                return List();
            case '$' when _text.IsAt("${"):
                return Reference();
            case '+' when !_text.IsAt("+="):
                _text.Step();
                return new HoconPart.Text("+");
            default:
                var text = _text.Unquoted();
                return text.Length > 0 ? new HoconPart.Text(text) : throw _text.Wrong($"'{_text.Here}' stands in a text only between quotes");
        }
    }

    private HoconPart.List List()
    {
        var items = new List<HoconWritten>();
        while (true)
        {
            _text.Blanks();
            if (_text.Skip("]")) return new HoconPart.List(items);
            if (_text.IsEnd) throw _text.Wrong("']' is missing");
            items.Add(In([], Value));
            var ended = _text.Blanks();
            if (!_text.Skip(",") && !ended && _text.Here != ']') throw _text.Wrong($"'{_text.Here}' stands in a text only between quotes");
        }
    }

    private HoconPart.Reference Reference()
    {
        var place = _text.Place;
        _text.Skip("${");
        var isOptional = _text.Skip("?");
        var path = Path("}", "the name in ${…}");
        return _text.Skip("}") ? new HoconPart.Reference(path, Within, isOptional, place) : throw _text.Wrong("'}' of ${…} is missing");
    }

    /// <summary>A path: names with dots between them, each quoted or not; what is between quotes is not cut at dots.</summary>
    private List<string> Path(string until, string what)
    {
        var path = new List<string>();
        var name = "";
        var isGiven = false;
        while (true)
        {
            var space = _text.Spaces();
            if (_text.IsEnd || until.Contains(_text.Here, StringComparison.Ordinal) || _text.Here == '\n') break;
            if (_text.Skip("."))
            {
                if (!isGiven) throw _text.Wrong($"a name is missing before a dot of {what}");
                path.Add(name);
                (name, isGiven) = ("", false);
                continue;
            }

            var isQuoted = _text.Here == '"';
            var part = isQuoted ? _text.Quoted() : _text.Unquoted(stopAt: ".");
            if (part.Length == 0 && !isQuoted) throw _text.Wrong($"'{_text.Here}' is not {what}; one that holds it stands in quotes");
            name = isGiven ? name + space + part : part;
            isGiven = true;
        }

        if (!isGiven) throw _text.Wrong($"{what} is missing");
        path.Add(name);
        return path.Count <= DepthMax ? path : throw _text.Wrong($"sections or lists stand within each other more than {DepthMax} deep");
    }

    /// <summary><c>include "file"</c>, <c>include file("file")</c>, <c>include required(…)</c>.</summary>
    private bool Include(HoconFields fields)
    {
        // A key may begin with the word, or be it.
        if (!IncludeForms.Any(form => _text.IsAt("include", form))) return false;
        _text.Skip("include");
        _text.Spaces();
        var closing = 0;
        var isRequired = false;
        while (_text.Here != '"')
        {
            if (_text.Skip("required(")) isRequired = true;
            else if (!_text.Skip("file(")) throw _text.Wrong(
                "only files are included: include \"FILE\", include file(\"FILE\") or include required(\"FILE\")");
            closing++;
            _text.Spaces();
        }

        var name = _text.Quoted();
        for (; closing > 0; closing--)
        {
            _text.Spaces();
            if (!_text.Skip(")")) throw _text.Wrong("')' of the include is missing");
        }

        if (_include(name, isRequired) is { } included) fields.AddAll(included);
        return true;
    }
}
