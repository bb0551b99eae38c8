using System.Text.Json.Serialization;

namespace DLedger.Simulation;

/// <summary>How one seed went.</summary>
internal sealed record SwarmResult
{
    public required ulong Seed { get; init; }

    public required double Seconds { get; init; }

    /// <summary>As forced by the options; null when left to chance.</summary>
    public int? ForcedNodes { get; init; }

    public IReadOnlyList<string> Without { get; init; } = [];

    public required int Nodes { get; init; }

    /// <summary>What broke, in one line; null when nothing did.</summary>
    public string? Violation { get; init; }

    /// <summary>The virtual time of the violation.</summary>
    public double? ViolationAtSeconds { get; init; }

    /// <summary>Seed, how to have it again, the last steps.</summary>
    [JsonIgnore]
    public string? Report { get; init; }

    public required long Steps { get; init; }

    public required string TraceHash { get; init; }

    public required double Milliseconds { get; init; }

    /// <summary>Features that the seed drew.</summary>
    public required IReadOnlyList<string> Drawn { get; init; }

    public required IReadOnlyDictionary<string, long> Counts { get; init; }

    /// <summary>That have this run again.</summary>
    [JsonIgnore]
    public SwarmOptions Options => new(Seed) { Length = TimeSpan.FromSeconds(Seconds), Nodes = ForcedNodes, Without = Without };

    /// <summary>The violation without the numbers, names and texts that differ from run to run.</summary>
    [JsonIgnore]
    public string? Kind => Violation is null ? null : ViolationKind.Of(Violation);
}
