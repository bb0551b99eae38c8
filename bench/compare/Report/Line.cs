namespace DLedger.Compare;

/// <summary>One contender's points in a picture.</summary>
internal sealed record Line(string Name, IReadOnlyList<(double X, double Y)> Points);
