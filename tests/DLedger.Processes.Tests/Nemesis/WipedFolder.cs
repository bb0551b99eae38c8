namespace DLedger.Processes.Tests;

/// <summary>
/// One member is killed, loses its folder and comes back; while it is brought up to date, and in every later period, another member is killed and
/// started again: one more loss is what such a group still bears.
/// </summary>
internal sealed class WipedFolder() : Nemesis("wiped-folder")
{
    public override TimeSpan? GroupLife => TimeSpan.FromMinutes(1);

    public override async Task StrikeAsync(Faults faults, Random dice, TimeSpan length)
    {
        var period = new Period(length, dice);
        var ids = await faults.ShuffledAsync(dice);
        if (faults.Wiped is null)
        {
            await faults.WipeAsync(ids[0]);
            await period.WaitAsync(0, 3);
            await faults.StartAsync(ids[0]);
            await period.WaitAsync(0, 2);
        }

        var other = ids.First(id => id != faults.Wiped);
        await faults.KillAsync(other);
        await period.WaitAsync(0.2, 5);
        await faults.StartAsync(other);
    }
}
