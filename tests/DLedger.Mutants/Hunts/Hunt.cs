using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace DLedger.Mutants;

/// <summary>Runs what is to catch a mutant, against a tree in which it is switched on; with no mutant, what nothing may catch.</summary>
internal sealed partial class Hunt(MutatedTree tree, int seeds)
{
    private const int PowerLossRunsAtLeast = 2_000;
    private const int PowerLossRunsAtATime = 100;
    private const string Silent = "nothing more was heard of it";

    // Longer than any seed takes on a busy machine: only a mutant that runs in circles gets there.
    private static readonly TimeSpan s_silenceTimeout = TimeSpan.FromMinutes(10);

    public Task<Catch> RunAsync(Hunter hunter, string? mutant) => hunter switch
    {
        Hunter.Swarm => SwarmAsync(mutant),
        Hunter.PowerLoss => PowerLossAsync(mutant),
        Hunter.Test test => TestAsync(test, mutant),
        _ => throw new UnreachableException(),
    };

    private Task<Catch> SwarmAsync(string? mutant)
    {
        long? seed = null;
        string[] arguments =
        [
            tree.AssemblyOf(MutatedTree.SimulationTests), "swarm", "--first", "1", "--count", seeds.ToString(CultureInfo.InvariantCulture),
            "--seconds", "20", "--jobs", "2", "--stop-at-first", "--no-shrink",
        ];
        return FollowAsync(arguments, mutant, line => FailedSeed(SwarmLine(), line, ref seed), () => seed ?? seeds);
    }

    /// <summary>In parts: the test says nothing before it ends, and most mutants fall early.</summary>
    private async Task<Catch> PowerLossAsync(string? mutant)
    {
        var most = mutant is null ? seeds : Math.Max(seeds, PowerLossRunsAtLeast);
        var since = Stopwatch.GetTimestamp();
        string[] arguments = Vstest(new Hunter.Test(MutatedTree.StoreTests, "Any_power_loss_leaves_what_was_flushed_and_a_prefix_of_the_rest"));
        for (var first = 0; first < most; first += PowerLossRunsAtATime)
        {
            long? seed = null;
            var part = await FollowAsync(
                arguments,
                mutant,
                line => FailedSeed(PowerLossLine(), line, ref seed),
                () => (seed ?? first) + 1, // its seeds begin with 0
                ("DLEDGER_POWERLOSS_SEED", first.ToString(CultureInfo.InvariantCulture)),
                ("DLEDGER_POWERLOSS_RUNS", Math.Min(PowerLossRunsAtATime, most - first).ToString(CultureInfo.InvariantCulture)));
            if (part.IsCaught) return part with { Took = Stopwatch.GetElapsedTime(since) };
        }

        return new Catch(null, null, most, Stopwatch.GetElapsedTime(since));
    }

    private async Task<Catch> TestAsync(Hunter.Test test, string? mutant)
    {
        var failed = false;
        var ran = false;
        var result = await FollowAsync(Vstest(test), mutant, line =>
        {
            if (failed && line.Trim() is { Length: > 0 } text && text != "Error Message:") return (text, -1);
            failed |= line.TrimStart().StartsWith("Failed ", StringComparison.Ordinal) && line.Contains(test.Name, StringComparison.Ordinal);
            ran |= line.StartsWith("Passed! ", StringComparison.Ordinal);
            return null;
        }, () => 1);
        // A filter that no test passes is a success to the runner.
        if (!result.IsCaught && !ran) throw new InvalidOperationException($"{test.Project} has no test {test.Name}.");
        return result;
    }

    private string[] Vstest(Hunter.Test test) => ["vstest", tree.AssemblyOf(test.Project), $"--TestCaseFilter:FullyQualifiedName~{test.Name}"];

    private static (string Message, long Seed)? FailedSeed(Regex pattern, string line, ref long? seed)
    {
        if (pattern.Match(line) is not { Success: true } match) return null;
        seed = long.Parse(match.Groups["seed"].Value, CultureInfo.InvariantCulture);
        return (match.Groups["what"].Value, seed.Value);
    }

    /// <param name="judge">Looks at a line; what it returns ends the hunt. A seed of -1 is none.</param>
    private async Task<Catch> FollowAsync(
        string[] arguments, string? mutant, Func<string, (
            string Message, long Seed)?> judge, Func<long> runs, params (string Name, string Value)[] variables)
    {
        var since = Stopwatch.GetTimestamp();
        var environment = variables.ToDictionary(variable => variable.Name, variable => variable.Value);
        environment[MutatedTree.SwitchVariable] = mutant ?? "";
        using var child = new ChildProcess(tree.Folder, arguments, environment);
        List<string> last = [];
        try
        {
            while (await child.ReadLineAsync(s_silenceTimeout) is { } line)
            {
                last.Add(line);
                if (last.Count > 20) last.RemoveAt(0);
                if (judge(line) is { } found)
                    return new Catch(found.Message, found.Seed < 0 ? null : found.Seed, runs(), Stopwatch.GetElapsedTime(since));
            }
        }
        catch (TimeoutException)
        {
            // A mutant that stops the world is seen too; that nothing is switched on and all is silent is for whoever reads the verdict.
            return new Catch(Silent, null, runs(), Stopwatch.GetElapsedTime(since));
        }

        var exit = await child.ExitCodeAsync();
        // Only what a hunter says counts: one that was killed, or could not run, has caught nothing.
        if (exit != 0)
            throw new InvalidOperationException(
                $"{mutant ?? "Nothing switched on"}: {string.Join(' ', arguments)} ended with {exit}:\n{string.Join('\n', last)}");
        return new Catch(null, null, runs(), Stopwatch.GetElapsedTime(since));
    }

    [GeneratedRegex(@"^seed (?<seed>\d+): (?<what>.*)$")]
    private static partial Regex SwarmLine();

    [GeneratedRegex(@"Seed (?<seed>\d+): (?<what>.*)$")]
    private static partial Regex PowerLossLine();
}
