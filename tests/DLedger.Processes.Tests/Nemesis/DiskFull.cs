namespace DLedger.Processes.Tests;

/// <summary>
/// The disks of some members are full for the whole period: of a minority, mostly, or of any number. Every second time one of them is killed
/// meanwhile, and has to start on its full disk.
/// </summary>
internal sealed class DiskFull() : Nemesis("disk-full")
{
    public override string? WhyNot => SmallDisk.WhyNot;

    public override bool NeedsSmallDisks => true;

    public override async Task StrikeAsync(Faults faults, Random dice, TimeSpan length)
    {
        var ids = await faults.ShuffledAsync(dice);
        string[] victims = [.. ids.Take(dice.Next(3) == 0 ? dice.Next(1, ids.Count + 1) : dice.Next(1, (ids.Count / 2) + 1))];
        var period = new Period(length, dice);
        await faults.FillDisksAsync(victims);
        if (dice.Next(2) == 0)
        {
            await period.WaitAsync(1, 5);
            await faults.KillAsync(victims[0]);
            await period.WaitAsync(0, 1);
            await faults.StartAsync(victims[0]);
        }

        await period.EndAsync();
        await faults.FreeDisksAsync(victims);
    }
}
