using System.CommandLine;

namespace DLedger.Mutants;

/// <summary>Plants bugs and hunts them: <c>list</c>, <c>check</c>, <c>run</c>.</summary>
internal static class Program
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int Usage = 2;

    private static async Task<int> Main(string[] args)
    {
        var names = new Argument<string[]>("NAME") { Description = "Which mutants; all of them without a name.", Arity = ArgumentArity.ZeroOrMore };
        var seeds =
            new Option<int>("--seeds") { HelpName = "N", Description = "How many seeds a mutant is given before it counts as not caught.",
                DefaultValueFactory = _ => 1_000 };
        var keep =
            new Option<string?>("--keep") { HelpName = "FOLDER", Description = "Build here and leave it: a later run builds only what has "
                + "changed. Outside of the repository." };
        var list = new Command("list", "List the mutants: rule, name, what catches it, what it breaks.");
        var check = new Command("check", "Check that each mutant still fits the source. Builds nothing.");
        var run = new Command(
            "run",
            "Build the product with all mutants in it, run each until it is caught, and print a table. Exit code 1 if one gets away.") { names, seeds,
            keep };
        var root = new RootCommand(
            "Shows that the tests catch bugs: plants one for each safety rule and lets the tests find it.") { list, check, run };
        list.SetAction(_ => List());
        check.SetAction(_ => Check());
        run.SetAction((parsed, _) => RunAsync(parsed.GetValue(names)!, parsed.GetValue(seeds), parsed.GetValue(keep)));
        var parsed = root.Parse(args);
        if (parsed.Errors.Count == 0) return await parsed.InvokeAsync();
        await Console.Error.WriteLineAsync($"{parsed.Errors[0].Message} See --help.");
        return Usage;
    }

    private static int List()
    {
        foreach (var mutant in Catalog.Load().Mutants)
            Console.WriteLine($"{mutant.Rule,2}  {mutant.Name,-36}  {mutant.CaughtBy}\n      {mutant.Breaks}");
        return Done;
    }

    private static int Check()
    {
        var catalog = Catalog.Load();
        var (_, problems) = catalog.Apply();
        foreach (var problem in problems) Console.Error.WriteLine(problem);
        if (problems.Count == 0) Console.WriteLine($"{catalog.Mutants.Count} mutants fit the source.");
        return problems.Count == 0 ? Done : Failed;
    }

    private static async Task<int> RunAsync(string[] names, int seeds, string? keep)
    {
        var catalog = Catalog.Load();
        if (names.FirstOrDefault(name => catalog.Mutants.All(mutant => mutant.Name != name)) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"There is no mutant '{unknown}'; `list` shows all.");
            return Usage;
        }

        Mutant[] chosen = [.. catalog.Mutants.Where(mutant => names.Length == 0 || names.Contains(mutant.Name))];
        var folder = keep is null ? Directory.CreateTempSubdirectory("dledger-mutants-").FullName : Path.GetFullPath(keep);
        try
        {
            return await new Campaign(catalog, new MutatedTree(folder), seeds, Console.WriteLine).RunAsync(chosen) ? Done : Failed;
        }
        catch (InvalidOperationException trouble)
        {
            await Console.Error.WriteLineAsync(trouble.Message);
            return Failed;
        }
        finally
        {
            if (keep is null) Directory.Delete(folder, recursive: true);
        }
    }
}
