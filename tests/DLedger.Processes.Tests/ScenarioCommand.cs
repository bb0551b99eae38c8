using System.Diagnostics;
using System.Globalization;

namespace DLedger.Processes.Tests;

/// <summary>
/// Runs scenarios by name, outside of any test. Prints a table of figures for each and a verdict; the exit code is 1 after a violation.
/// </summary>
internal sealed class ScenarioCommand
{
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongHold = TimeSpan.FromMinutes(4);

    /// <summary>The scenarios of the tests, longer.</summary>
    public static readonly ScenarioCommand Soak = new("soak",
    [
        ("first-steps", FirstSteps.RunAsync),
        ("lines", stage => LinesThroughALostLeader.RunAsync(stage, 200_000, retryUnknown: false)),
        ("lines-retried", stage => LinesThroughALostLeader.RunAsync(stage, 200_000, retryUnknown: true)),
        ("many-leaders", stage => ManyLeaders.RunAsync(stage, changes: 100, hasty: false)),
        ("many-leaders-hasty", stage => ManyLeaders.RunAsync(stage, changes: 100, hasty: true)),
        ("kill-all", stage => KillAll.RunAsync(stage, rounds: 50)),
        ("returning-peer", stage => ReturningPeer.RunAsync(stage, rounds: 20)),
        ("backlog", stage => Backlog.RunAsync(stage, 256 << 20)),
        ("partitions", stage => Partitions.RunAsync(stage, PartitionShape.All, Hold)),
        ("long-partition", stage => Partitions.RunAsync(stage, [PartitionShape.LeaderAlone], LongHold)),
        ("one-way-connections", OneWayConnections.RunAsync),
        ("full-disk", stage => FullDisk.RunAsync(stage, members: 1)),
        ("full-disk-of-three", stage => FullDisk.RunAsync(stage, members: 3)),
        ("plain-application", PlainApplication.RunAsync),
        ("fresh-application", FreshApplication.RunAsync),
        ("ipv6", Ipv6.RunAsync),
        ("ended-from-outside", EndedFromOutside.RunAsync),
        ("transfers", stage => Transfers.RunAsync(stage, transfers: 50)),
        ("preferred-leader", Transfers.PreferredAsync),
        ("lost-leaders", stage => LostLeaders.RunAsync(stage, kills: 20)),
        ("cold-load", stage => ColdLoad.RunAsync(stage, rounds: 20)),
        ("paused-leader", stage => PausedLeader.RunAsync(stage, rounds: 10, TimeSpan.FromSeconds(10))),
        ("wiped-member", WipedMember.RunAsync),
    ]);

    /// <summary>
    /// Speed under load and under trouble: figures, and whether they are what is wanted. A figure that is not is said, and no violation.
    /// </summary>
    public static readonly ScenarioCommand Measure = new("measure",
    [
        ("sick-follower", stage => SickFollower.RunAsync(stage, rounds: 5)),
        ("catch-up", stage => CatchUp.RunAsync(stage, 5L << 30)),
        ("long-load", stage => LongLoad.RunAsync(stage, TimeSpan.FromMinutes(30))),
        ("big-log", stage => BigLog.RunAsync(stage, gibMost: 40)),
        ("opening", stage => Opening.RunAsync(stage, gibMost: 16)),
        ("lost-leaders", stage => LostLeaders.RunAsync(stage, kills: 50)),
        ("crowds", stage => Crowds.RunAsync(stage, TimeSpan.FromSeconds(8))),
        ("nodes", stage => Nodes.RunAsync(stage, rounds: 3)),
    ]);

    private readonly (string Name, Func<Stage, Task> Run)[] _scenarios;

    private ScenarioCommand(string name, (string Name, Func<Stage, Task> Run)[] scenarios)
    {
        _scenarios = scenarios;
        Usage =
            $"usage: {name} [SCENARIO …] [--minutes N] [--rows DIR]   (no scenario: all of them; --minutes: again until so much time has passed; "
            + $"--rows: single values of some as CSV)";
    }

    public string Usage { get; }

    public async Task<int> RunAsync(string[] arguments)
    {
        if (!TryParse(arguments, out var chosen, out var length, out var rows))
        {
            await Console.Error.WriteLineAsync($"{Usage}\nscenarios: {string.Join(", ", _scenarios.Select(scenario => scenario.Name))}");
            return 2;
        }

        var started = Stopwatch.GetTimestamp();
        var violations = 0;
        do
        {
            foreach (var (name, run) in chosen)
            {
                if (!await PlayAsync(name, run, rows)) violations++;
            }
        }
        while (Stopwatch.GetElapsedTime(started) < length);

        Console.WriteLine(violations == 0 ? "verdict: no violation" : $"verdict: {violations} scenarios failed");
        return violations == 0 ? 0 : 1;
    }

    private static async Task<bool> PlayAsync(string name, Func<Stage, Task> run, string? rows)
    {
        Console.WriteLine($"== {name}");
        var since = Stopwatch.GetTimestamp();
        await using var stage = new Stage(text => Console.WriteLine($"   {text}"), rows);
        string? failure = null;
        try
        {
            await run(stage);
        }
        catch (ScenarioFailedException violation)
        {
            failure = violation.Message;
            Console.WriteLine(await stage.LastWordsAsync());
        }

        var width = stage.FiguresSoFar.Select(figure => figure.Name.Length).DefaultIfEmpty(0).Max();
        Console.WriteLine(
            $"-- {name}, {Stopwatch.GetElapsedTime(since).TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s: {failure ?? "passed"}");
        foreach (var (figure, value) in stage.FiguresSoFar) Console.WriteLine($"   {figure.PadRight(width)}  {value}");
        return failure is null;
    }

    private bool TryParse(string[] arguments, out (string Name, Func<Stage, Task> Run)[] chosen, out TimeSpan length, out string? rows)
    {
        chosen = [];
        length = TimeSpan.Zero;
        var names = arguments.ToList();
        if (!TryTake(names, "--rows", out rows) || !TryTake(names, "--minutes", out var minutes)) return false;
        if (minutes is not null)
        {
            if (!double.TryParse(minutes, CultureInfo.InvariantCulture, out var count) || count < 0) return false;
            length = TimeSpan.FromMinutes(count);
        }

        chosen = names.Count == 0 ? _scenarios : [.. _scenarios.Where(scenario => names.Contains(scenario.Name))];
        return names.TrueForAll(name => _scenarios.Any(scenario => scenario.Name == name));
    }

    /// <summary>Takes an option and its value out of the arguments; false if the value is missing.</summary>
    private static bool TryTake(List<string> arguments, string option, out string? value)
    {
        value = null;
        var at = arguments.IndexOf(option);
        if (at < 0) return true;
        if (at + 1 == arguments.Count) return false;
        value = arguments[at + 1];
        arguments.RemoveRange(at, 2);
        return true;
    }
}
