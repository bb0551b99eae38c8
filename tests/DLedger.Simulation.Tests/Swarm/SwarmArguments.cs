using System.Globalization;

namespace DLedger.Simulation.Tests;

/// <summary>The arguments of the swarm command, read once.</summary>
internal sealed record SwarmArguments
{
    public const string Usage =
        "usage: swarm [--first N] [--count N] [--seconds S] [--nodes 1|3|5|7] [--jobs J] [--results FILE] [--stop-at-first] [--no-shrink] "
        + "[--without NAME,…]\n"
        + "  Runs seeds of S virtual seconds (20). With --results each result is a line of JSON in FILE, and seeds that FILE has are not run again.\n"
        + "  --without leaves out kinds of faults and features of machines; a wrong name lists them.";

    public ulong First { get; private set; } = 1;

    public int Count { get; private set; } = 100;

    public double Seconds { get; private set; } = 20;

    public int? Nodes { get; private set; }

    public int Jobs { get; private set; } = Environment.ProcessorCount;

    public string? Results { get; private set; }

    public bool StopAtFirst { get; private set; }

    public bool NoShrink { get; private set; }

    public IReadOnlyList<string> Without { get; private set; } = [];

    public IEnumerable<SwarmOptions> Runs
    {
        get
        {
            for (var i = 0; i < Count; i++)
                yield return new SwarmOptions(First + (ulong)i) { Length = TimeSpan.FromSeconds(Seconds), Nodes = Nodes, Without = Without };
        }
    }

    /// <summary>Null when they make no sense; <paramref name="wrong"/> then says why.</summary>
    public static SwarmArguments? Parse(IReadOnlyList<string> args, out string wrong)
    {
        var read = new SwarmArguments();
        for (var i = 0; i < args.Count; i++)
        {
            wrong = read.TakeFlag(args[i]) ? "" : read.TakeValue(args[i], i + 1 < args.Count ? args[++i] : null);
            if (wrong.Length > 0) return null;
        }

        wrong = "";
        return read;
    }

    private bool TakeFlag(string name)
    {
        switch (name)
        {
            case "--stop-at-first":
                StopAtFirst = true;
                return true;
            case "--no-shrink":
                NoShrink = true;
                return true;
            default:
                return false;
        }
    }

    private string TakeValue(string name, string? value)
    {
        var understood = name switch
        {
            "--first" => Whole(value, 0, long.MaxValue, n => First = (ulong)n),
            "--count" => Whole(value, 1, int.MaxValue, n => Count = (int)n),
            "--seconds" => Whole(value, 8, 100_000, n => Seconds = n),
            "--nodes" => Whole(value, 1, 7, n => Nodes = (int)n) && Nodes % 2 == 1,
            "--jobs" => Whole(value, 1, 1024, n => Jobs = (int)n),
            "--results" => value is not null && (Results = value).Length > 0,
            "--without" => value is not null && TakeWithout(value),
            _ => false,
        };
        if (understood) return "";
        var names = name == "--without" ? $" Names: {string.Join(", ", KnownNames().Select(Dashed))}." : "";
        return $"'{name}{(value is null ? "" : " " + value)}' is not understood.{names}";
    }

    private bool TakeWithout(string value)
    {
        var known = KnownNames();
        List<string> names = [];
        foreach (var name in value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (known.FirstOrDefault(one => Dashed(one) == Dashed(name)) is not { } found) return false;
            names.Add(found);
        }

        Without = names;
        return true;
    }

    /// <summary>Names have blanks; on a command line a dash does as well.</summary>
    private static string Dashed(string name) => name.Replace(' ', '-');

    private static IReadOnlyList<string> KnownNames() => new SwarmRun(new SwarmOptions(0) { Nodes = 5 }).Draw.Offered;

    private static bool Whole(string? value, long least, long most, Action<long> take)
    {
        if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < least || number > most) return false;
        take(number);
        return true;
    }
}
