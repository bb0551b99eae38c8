using System.Globalization;

namespace DLedger.Mutants;

/// <summary>
/// Reads <c>NN-name.mutant</c>: a header, then edits.
/// <code>
/// rule: 2
/// breaks: one sentence
/// caught by: swarm | power loss | test PROJECT NAME
/// file: src/DLedger.Core/Some.cs
/// [original]
/// if (x)
/// [mutated]
/// if (x || Mutant.Is("name"))
/// [end]
/// </code>
/// A file holds for the edits below it.
/// </summary>
internal static class MutantFile
{
    public const string Extension = ".mutant";

    /// <summary>Throws <see cref="FormatException"/> that names the line.</summary>
    public static Mutant Parse(string fileName, string text)
    {
        var stem = fileName[..^Extension.Length];
        var dash = stem.IndexOf('-', StringComparison.Ordinal);
        var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        var header = new Dictionary<string, string>(StringComparer.Ordinal);
        List<Edit> edits = [];
        for (var at = 0; at < lines.Length;)
        {
            if (lines[at].Length == 0)
            {
                at++;
            }
            else if (lines[at] == "[original]")
            {
                var original = Block("[mutated]");
                edits.Add(new Edit(Header("file"), original, Block("[end]")));
                at++;
            }
            else
            {
                var colon = lines[at].IndexOf(": ", StringComparison.Ordinal);
                if (colon < 0) throw Wrong(at, $"'{lines[at]}' is no header");
                header[lines[at][..colon]] = lines[at][(colon + 2)..];
                at++;
            }

            string Block(string end)
            {
                var start = at + 1;
                at = Array.IndexOf(lines, end, start);
                if (at < 0) throw Wrong(start, $"no {end} follows");
                return string.Join('\n', lines[start..at]);
            }
        }

        if (edits.Count == 0) throw Wrong(lines.Length - 1, "no edit");
        var rule = int.Parse(Header("rule"), CultureInfo.InvariantCulture);
        if (dash < 0 || stem[..dash] != rule.ToString("00", CultureInfo.InvariantCulture))
            throw Wrong(0, $"the name should begin with the rule, {rule:00}-");
        return new Mutant(stem[(dash + 1)..], rule, Header("breaks"), Hunter.Parse(Header("caught by")), edits);

        string Header(string name) => header.GetValueOrDefault(name) ?? throw Wrong(0, $"no '{name}:'");
        FormatException Wrong(int line, string what) => new($"{fileName}, line {line + 1}: {what}.");
    }
}
