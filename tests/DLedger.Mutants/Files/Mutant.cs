namespace DLedger.Mutants;

/// <summary>A planted bug: one safety rule, broken in the smallest way that really breaks it.</summary>
/// <param name="Name">What switches it on.</param>
/// <param name="Rule">The number of the rule; 0 for what Raft demands and no rule repeats.</param>
/// <param name="Breaks">What is broken and what that can lose, in one sentence.</param>
/// <param name="CaughtBy">What is expected to catch it.</param>
internal sealed record Mutant(string Name, int Rule, string Breaks, Hunter CaughtBy, IReadOnlyList<Edit> Edits)
{
    /// <summary>What stands in mutated text.</summary>
    public string Switch => $"Mutant.Is(\"{Name}\")";
}
