using System.Text;

namespace DLedger.Mutants;

/// <summary>Puts edits into one file.</summary>
internal static class Patch
{
    /// <summary>Adds to <paramref name="problems"/> what does not fit; such an edit is left out.</summary>
    public static string Apply(string source, IEnumerable<(Mutant Mutant, Edit Edit)> edits, List<string> problems)
    {
        SortedDictionary<int, (Mutant Mutant, Edit Edit)> places = [];
        foreach (var (mutant, edit) in edits)
        {
            var at = source.IndexOf(edit.Original, StringComparison.Ordinal);
            var problem = edit.Original.Length == 0 ? "an original text is empty"
                : at < 0 ? $"{edit.File} has no '{FirstLine(edit.Original)}'"
                : source.IndexOf(
                    edit.Original, at + 1, StringComparison.Ordinal) >= 0 ? $"{edit.File} has '{FirstLine(edit.Original)}' more than once"
                : !edit.Mutated.Contains(
                    mutant.Switch, StringComparison.Ordinal) ? $"what becomes of '{FirstLine(edit.Original)}' has no {mutant.Switch}"
                : places.TryGetValue(at, out var other) ? $"{other.Mutant.Name} changes the same '{FirstLine(edit.Original)}'"
                : null;
            if (problem is null) places.Add(at, (mutant, edit));
            else problems.Add($"{mutant.Name}: {problem}.");
        }

        var text = new StringBuilder();
        var done = 0;
        foreach (var (at, (mutant, edit)) in places)
        {
            if (at < done)
            {
                problems.Add($"{mutant.Name}: '{FirstLine(edit.Original)}' of {edit.File} overlaps with another edit.");
                continue;
            }

            text.Append(source, done, at - done).Append(edit.Mutated);
            done = at + edit.Original.Length;
        }

        return text.Append(source, done, source.Length - done).ToString();
    }

    private static string FirstLine(string text) => text.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0, "");
}
