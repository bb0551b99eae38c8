namespace DLedger.Mutants;

/// <summary>Builds the mutated tree, shows that it is sound with all mutants off, then hunts one after the other.</summary>
internal sealed class Campaign(Catalog catalog, MutatedTree tree, int seeds, Action<string> say)
{
    // Enough to see that the build itself is sound; that the product is, longer searches show.
    private const int BaselineSeeds = 20;

    /// <summary>True if every mutant was caught. Throws <see cref="InvalidOperationException"/> when nothing can be said.</summary>
    public async Task<bool> RunAsync(IReadOnlyList<Mutant> chosen)
    {
        var (files, problems) = catalog.Apply();
        if (problems.Count > 0) throw new InvalidOperationException(string.Join('\n', problems));
        tree.Write(catalog.Root, files);
        foreach (var project in chosen.Select(mutant => ProjectOf(mutant.CaughtBy)).Distinct()) await tree.BuildAsync(project);
        await RunBaselineAsync(chosen);

        say(ResultTable.Head);
        var hunt = new Hunt(tree, seeds);
        List<(Mutant, Catch)> results = [];
        foreach (var mutant in chosen)
        {
            var result = await hunt.RunAsync(mutant.CaughtBy, mutant.Name);
            results.Add((mutant, result));
            say(ResultTable.Row(mutant, result));
        }

        say("");
        say(ResultTable.Verdict(results));
        return results.TrueForAll(result => result.Item2.IsCaught);
    }

    /// <summary>The same build with nothing switched on: whatever is caught there is no mutant.</summary>
    private async Task RunBaselineAsync(IReadOnlyList<Mutant> chosen)
    {
        var hunt = new Hunt(tree, BaselineSeeds);
        foreach (var hunter in chosen.Select(mutant => mutant.CaughtBy).Distinct())
        {
            var result = await hunt.RunAsync(hunter, mutant: null);
            if (result.IsCaught)
                throw new InvalidOperationException($"With no mutant switched on, {hunter} says at seed {result.Seed}: {result.Message}");
        }
    }

    private static string ProjectOf(Hunter hunter) => hunter switch
    {
        Hunter.PowerLoss => MutatedTree.StoreTests,
        Hunter.Test test => test.Project,
        _ => MutatedTree.SimulationTests,
    };
}
