namespace DLedger.Mutants;

/// <summary>All mutants of a repository.</summary>
internal sealed class Catalog
{
    private const string Solution = "DLedger.Akka.sln";
    private const string Folder = "tests/DLedger.Mutants/Mutants";

    private Catalog(string root, IReadOnlyList<Mutant> mutants)
    {
        Root = root;
        Mutants = mutants;
    }

    public string Root { get; }

    public IReadOnlyList<Mutant> Mutants { get; }

    /// <summary>Of the repository in which this assembly was built.</summary>
    public static Catalog Load()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, Solution)))
            root = Path.GetDirectoryName(root)
                ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds {Solution}.");
        var files = Directory.GetFiles(Path.Combine(root, Folder), $"*{MutantFile.Extension}").Order(StringComparer.Ordinal);
        return new Catalog(root, [.. files.Select(file => MutantFile.Parse(Path.GetFileName(file), File.ReadAllText(file)))]);
    }

    /// <summary>
    /// The files with every edit of every mutant in them, by their path under the root, and what is wrong with the edits, one line each.
    /// </summary>
    public (IReadOnlyDictionary<string, string> Files, IReadOnlyList<string> Problems) Apply()
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        List<string> problems = [];
        foreach (var same in Mutants.GroupBy(mutant => mutant.Name).Where(same => same.Count() > 1))
            problems.Add($"{same.Key}: there are {same.Count()} of this name.");
        foreach (
            var inFile in Mutants.SelectMany(mutant => mutant.Edits, (mutant, edit) => (Mutant: mutant, Edit: edit)).GroupBy(pair => pair.Edit.File))
        {
            var path = Path.Combine(Root, inFile.Key);
            if (!inFile.Key.StartsWith("src/", StringComparison.Ordinal) || !File.Exists(path))
                problems.Add($"{inFile.First().Mutant.Name}: there is no file {inFile.Key} of the product.");
            else files.Add(inFile.Key, Patch.Apply(File.ReadAllText(path), inFile, problems));
        }

        return (files, problems);
    }
}
