namespace DLedger.Processes.Tests;

/// <summary>
/// All members killed with -9 at once and started again, all together or a bare majority first, and so on until the period is over.
/// </summary>
internal sealed class KillAllAtOnce() : Nemesis("kill-all")
{
    public override async Task StrikeAsync(Faults faults, Random dice, TimeSpan length)
    {
        var period = new Period(length, dice);
        while (!period.IsOver)
        {
            var ids = await faults.ShuffledAsync(dice);
            await faults.KillAsync(ids);
            await period.WaitAsync(0, 1);
            if (dice.Next(3) == 0)
            {
                await faults.StartAsync([.. ids.Take((ids.Count / 2) + 1)]);
                await period.WaitAsync(0.5, 3);
            }

            await faults.StartAsync(ids);
            await period.WaitAsync(2, 6);
        }
    }
}
