namespace DLedger.Compare;

/// <summary>What to measure.</summary>
/// <param name="WithFloor">Whether each round measures what the machine does without a log.</param>
/// <param name="RatePerSecond">0: closed loops.</param>
/// <param name="Folder">Each run has a fresh folder in it, which goes with the run.</param>
internal sealed record ComparisonPlan(
    int Rounds,
    IReadOnlyList<Contender> Contenders,
    bool WithFloor,
    IReadOnlyList<Cell> Cells,
    int RatePerSecond,
    double WarmUpSeconds,
    double Seconds,
    string Folder);
