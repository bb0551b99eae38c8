namespace DLedger.Compare;

/// <summary>One contender's points in a picture.</summary>
internal sealed record PlotLine(string Name, IReadOnlyList<(double X, double Y)> Points);
