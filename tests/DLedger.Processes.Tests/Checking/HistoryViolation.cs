namespace DLedger.Processes.Tests;

/// <summary>A line of a history that broke a rule. Lines count from 1; 0 is the history as a whole.</summary>
internal sealed record HistoryViolation(HistoryRule Rule, long Line, string What)
{
    public override string ToString() =>
        Line == 0 ? FormattableString.Invariant($"{Rule}: {What}") : FormattableString.Invariant($"{Rule}, line {Line}: {What}");
}
