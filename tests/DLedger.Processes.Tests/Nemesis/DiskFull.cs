namespace DLedger.Processes.Tests;

/// <summary>The disks of some members are full for the whole period: of a minority, mostly, or of any number.</summary>
internal sealed class DiskFull() : Nemesis("disk-full")
{
    public override string? WhyNot => SmallDisk.WhyNot;

    public override bool NeedsSmallDisks => true;

    public override async Task StrikeAsync(Faults faults, Random dice, TimeSpan length)
    {
        var ids = await faults.ShuffledAsync(dice);
        string[] victims = [.. ids.Take(dice.Next(3) == 0 ? dice.Next(1, ids.Count + 1) : dice.Next(1, (ids.Count / 2) + 1))];
        await faults.FillDisksAsync(victims);
        await Patience.HoldAsync(length);
        await faults.FreeDisksAsync(victims);
    }
}
