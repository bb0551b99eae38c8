using System.Globalization;

namespace DLedger.Processes.Tests;

/// <summary>What was typed behind <c>nemesis</c>.</summary>
internal sealed record NemesisOptions(IReadOnlyList<Nemesis> Chosen, TimeSpan Length, int Seed, int Clients, int Members, string Folder)
{
    private const double MinutesByDefault = 5;
    private const int MembersMin = 5;
    private const int MembersMax = 7;

    /// <summary>Null, with what is wrong in one line, for what cannot be understood.</summary>
    public static NemesisOptions? Parse(IReadOnlyList<string> arguments, out string problem)
    {
        problem = "";
        var options = new NemesisOptions(
            [], TimeSpan.FromMinutes(MinutesByDefault), Random.Shared.Next(1, 1_000_000), WorkloadOptions.Default.Clients, MembersMin, Path.Combine(
                Path.GetTempPath(), "dledger-histories"));
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument.StartsWith("--", StringComparison.Ordinal))
            {
                if (++i == arguments.Count || options.With(argument, arguments[i]) is not { } more)
                {
                    problem = $"{argument} {(i < arguments.Count ? $"{arguments[i]}: " : "")}not understood";
                    return null;
                }

                options = more;
            }
            else if (Nemeses.All.FirstOrDefault(nemesis => nemesis.Name == argument) is { } nemesis)
            {
                options = options with { Chosen = [.. options.Chosen, nemesis] };
            }
            else
            {
                problem = $"there is no nemesis {argument}";
                return null;
            }
        }

        return options.Chosen.Count == 0 ? options with { Chosen = Nemeses.All } : options;
    }

    private NemesisOptions? With(string name, string value) => name switch
    {
        "--minutes" when double.TryParse(value, CultureInfo.InvariantCulture, out var minutes) && minutes is >= 0 and < 100_000 =>
            this with { Length = TimeSpan.FromMinutes(minutes) },
        "--seed" when int.TryParse(value, CultureInfo.InvariantCulture, out var seed) => this with { Seed = seed },
        "--clients" when int.TryParse(value, CultureInfo.InvariantCulture, out var clients) && clients is > 0 and <= 1000 =>
            this with { Clients = clients },
        "--members" when int.TryParse(value, CultureInfo.InvariantCulture, out var members) && members is >= MembersMin and <= MembersMax =>
            this with { Members = members },
        "--history" when value.Length > 0 => this with { Folder = value },
        _ => null,
    };
}
