using System.CommandLine;

namespace DLedger.Host;

/// <summary>What is wrong with a command line, in one sentence, with what was probably meant.</summary>
internal static class UsageProblem
{
    public static string Of(ParseResult parsed, Command root)
    {
        // Says more than that the command is missing.
        if (parsed.UnmatchedTokens.Count == 0) return parsed.Errors[0].Message;
        var token = parsed.UnmatchedTokens[0];
        var command = parsed.CommandResult.Command;
        var isOption = token.StartsWith('-');
        var known = isOption ? OptionsOf(command).ToList() : command == root ? [.. root.Subcommands.Select(sub => sub.Name)] : [];
        var wrong = isOption ? token.Split('=', ':')[0] : token;

        // An option of another command is typed right, at the wrong place.
        var elsewhere = isOption && command != root ? root.Subcommands.FirstOrDefault(sub => OptionsOf(sub).Contains(wrong)) : null;
        var hint = known.Contains(wrong) ? "; it stands after the command"
            : Nearest(wrong, known) is { } meant ? $"; did you mean '{meant}'?"
            : elsewhere is not null ? $"; '{elsewhere.Name}' has it"
            : isOption && command == root && root.Subcommands.Any(sub => OptionsOf(sub).Contains(wrong)) ? "; the command comes first"
            : "";
        return $"'{token}' is no command or option{hint}";
    }

    /// <summary>Of a word in the place of a command.</summary>
    public static string OfCommand(string word, Command root) =>
        $"'{word}' is no command{(Nearest(word, [.. root.Subcommands.Select(sub => sub.Name)]) is { } meant ? $"; did you mean '{meant}'?" : "")}";

    private static IEnumerable<string> OptionsOf(Command command) =>
        command.Options.SelectMany(option => option.Aliases.Append(option.Name)).Where(name => name.StartsWith('-'));

    /// <summary>The nearest of some words, if one is near.</summary>
    internal static string? Nearest(string word, IReadOnlyList<string> known)
    {
        const int CharsMax = 100;
        if (word.Length > CharsMax) return null;
        var nearest = known.Select(candidate => (candidate, Edits: Edits(word, candidate))).OrderBy(pair => pair.Edits)
            .ThenBy(pair => pair.candidate, StringComparer.Ordinal).FirstOrDefault();
        if (nearest.candidate is null) return null;
        if (nearest.Edits <= Math.Max(1, Math.Min(word.TrimStart('-').Length, nearest.candidate.TrimStart('-').Length) / 3)) return nearest.candidate;

        // The beginning of just one is enough to know it.
        var begun = known.Where(candidate => word.TrimStart('-').Length >= 2 && candidate.StartsWith(word, StringComparison.Ordinal)).ToList();
        return begun.Count == 1 ? begun[0] : null;
    }

    /// <summary>Letters added, left out, changed, or swapped with their neighbour.</summary>
    private static int Edits(string left, string right)
    {
        var cost = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++) cost[i, 0] = i;
        for (var j = 0; j <= right.Length; j++) cost[0, j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var changed = cost[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(changed, 1 + Math.Min(cost[i - 1, j], cost[i, j - 1]));
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        }

        return cost[left.Length, right.Length];
    }
}
