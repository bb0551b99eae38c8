namespace DLedger.Processes.Tests;

/// <summary>How long faults last, and how long the group is left alone between them.</summary>
internal sealed record NemesisPace(TimeSpan FaultMin, TimeSpan FaultMax, TimeSpan CalmMin, TimeSpan CalmMax)
{
    public static readonly NemesisPace Long = new(
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));

    /// <summary>For a test that everybody runs.</summary>
    public static readonly NemesisPace Short = new(
        TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1));

    public TimeSpan DrawFault(Random dice) => Draw(FaultMin, FaultMax, dice);

    public TimeSpan DrawCalm(Random dice) => Draw(CalmMin, CalmMax, dice);

    private static TimeSpan Draw(TimeSpan least, TimeSpan most, Random dice) => least + (dice.NextDouble() * (most - least));
}
