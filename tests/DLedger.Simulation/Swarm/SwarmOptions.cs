using System.Globalization;

namespace DLedger.Simulation;

/// <summary>Which run: the same options give the same run.</summary>
/// <param name="Seed">Everything that is left to chance comes from it.</param>
internal sealed record SwarmOptions(ulong Seed)
{
    /// <summary>The virtual time that a run takes, with the time in which everything is well again.</summary>
    public TimeSpan Length { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Members of the group; null: by chance.</summary>
    public int? Nodes { get; init; }

    /// <summary>
    /// Kinds of faults and features of machines that this run has to do without, though the seed would draw them. All others keep their own chance,
    /// so that a failure can be narrowed down by leaving out one after the other.
    /// </summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    /// <summary>Called before the run begins: for tests that plant a violation.</summary>
    public Action<SwarmRun>? Meddle { get; init; }

    /// <summary>The command that has this run again.</summary>
    public string ReplayCommand
    {
        get
        {
            var command = string.Create(
                CultureInfo.InvariantCulture,
                $"dotnet run --project tests/DLedger.Simulation.Tests -c Release -- swarm --first {Seed} --count 1 --seconds {Length.TotalSeconds}");
            if (Nodes is { } nodes) command += string.Create(CultureInfo.InvariantCulture, $" --nodes {nodes}");
            return Without.Count == 0 ? command : $"{command} --without {string.Join(',', Without.Select(name => name.Replace(' ', '-')))}";
        }
    }
}
