namespace DLedger.Mutants;

/// <summary>
/// A copy of the product and the tests that hunt, with all mutants in it, switched by an environment variable. Built once; lives outside the
/// repository, so that no planted bug is ever near what is shipped.
/// </summary>
internal sealed class MutatedTree
{
    public const string SwitchVariable = "DLEDGER_MUTANT";
    public const string SimulationTests = "DLedger.Simulation.Tests";
    public const string StoreTests = "DLedger.Storage.Faster.Tests";

    private const string SwitchSource = $$"""
        namespace DLedger;

        /// <summary>Which planted bug is switched on in this process.</summary>
        public static class Mutant
        {
            private static readonly string? s_on = System.Environment.GetEnvironmentVariable("{{SwitchVariable}}");

            public static bool Is(string name) => s_on == name;
        }
        """;

    private const string SwitchFile = "src/DLedger.Core/Mutant.cs";

    private static readonly string[] s_parts = ["src", "hocon", "tests"];
    private static readonly string[] s_rootFiles =
        ["Directory.Build.props", "Directory.Build.rsp", "Directory.Packages.props", "global.json", ".editorconfig"];
    private static readonly TimeSpan s_buildTimeout = TimeSpan.FromMinutes(10);

    public MutatedTree(string folder) => Folder = folder;

    public string Folder { get; }

    public string AssemblyOf(string project) => Path.Combine(Folder, "tests", project, "bin", "Release", "net10.0", $"{project}.dll");

    /// <summary>Copies the repository's files and puts the changed ones in their places.</summary>
    public void Write(string root, IReadOnlyDictionary<string, string> changed)
    {
        var files = s_rootFiles.Concat(s_parts.SelectMany(part => FilesOf(root, part))).ToHashSet(StringComparer.Ordinal);
        foreach (var file in files.Where(file => !changed.ContainsKey(file)))
            File.Copy(Path.Combine(root, file), TargetOf(file), overwrite: true);

        foreach (var (file, text) in changed) WriteIfDifferent(file, text);
        WriteIfDifferent(SwitchFile, SwitchSource);
        // What an earlier run left here and is no longer in the repository.
        foreach (var file in s_parts.SelectMany(part => FilesOf(Folder, part)).Where(file => file != SwitchFile && !files.Contains(file)).ToArray())
            File.Delete(Path.Combine(Folder, file));
    }

    /// <summary>Throws <see cref="InvalidOperationException"/> with the compiler's errors.</summary>
    public async Task BuildAsync(string project)
    {
        // The analyzers would refuse the switch: Core may not look at its environment.
        string[] arguments =
            ["build", $"tests/{project}", "-c", "Release", "-v", "q", "--nologo", "-p:RunAnalyzers=false", "-p:TreatWarningsAsErrors=false",
                "-p:WarningLevel=0"];
        using var build = new ChildProcess(Folder, arguments, new Dictionary<string, string>());
        List<string> errors = [];
        while (await build.ReadLineAsync(s_buildTimeout) is { } line)
        {
            if (line.Contains("error", StringComparison.Ordinal)) errors.Add(line.Replace(Folder, "", StringComparison.Ordinal));
        }

        if (await build.ExitCodeAsync() != 0)
            throw new InvalidOperationException($"The mutated {project} does not build:\n{string.Join('\n', errors.Distinct())}");
    }

    private static IEnumerable<string> FilesOf(string root, string part) =>
        Directory.EnumerateFiles(Path.Combine(root, part), "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(file => !file.Split('/').Any(folder => folder is "bin" or "obj"));

    /// <summary>A file whose time does not change need not be built again.</summary>
    private void WriteIfDifferent(string file, string text)
    {
        var target = TargetOf(file);
        if (!File.Exists(target) || File.ReadAllText(target) != text) File.WriteAllText(target, text);
    }

    private string TargetOf(string file)
    {
        var target = Path.Combine(Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        return target;
    }
}
