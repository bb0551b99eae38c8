namespace DLedger.Mutants;

/// <summary>How a hunt ended.</summary>
/// <param name="Message">What was said of the mutant; null if nothing was, and it is still at large.</param>
/// <param name="Seed">At which seed; null for what has none.</param>
/// <param name="Runs">How many seeds or tests were run until then.</param>
internal sealed record Catch(string? Message, long? Seed, long Runs, TimeSpan Took)
{
    public bool IsCaught => Message is not null;
}
