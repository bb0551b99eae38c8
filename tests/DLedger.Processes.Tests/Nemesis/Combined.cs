namespace DLedger.Processes.Tests;

/// <summary>
/// Two to four others at once, drawn at random; each begins at a moment of its own. A group has its one wiped folder in some period or other.
/// </summary>
internal sealed class Combined(IReadOnlyList<Nemesis> others) : Nemesis("combined")
{
    private const int AtOnceMax = 4;

    public override bool NeedsSmallDisks => others.Any(other => other.NeedsSmallDisks);

    public override async Task StrikeAsync(Faults faults, Random dice, TimeSpan length)
    {
        var drawn = others.ToArray();
        dice.Shuffle(drawn);
        var strikes = new List<Task>();
        foreach (var nemesis in drawn.Take(dice.Next(2, AtOnceMax + 1)))
            strikes.Add(StrikeLaterAsync(nemesis, faults, new Random(dice.Next()), length));
        await Task.WhenAll(strikes);
    }

    private static async Task StrikeLaterAsync(Nemesis nemesis, Faults faults, Random dice, TimeSpan length)
    {
        var delay = length * (dice.NextDouble() / 2);
        await Waits.HoldAsync(delay);
        await nemesis.StrikeAsync(faults, dice, length - delay);
    }
}
