namespace DLedger.Processes.Tests;

/// <summary>Members stopped (SIGSTOP) for a while, one or two, sometimes a majority or all of them, and so on until the period is over.</summary>
internal sealed class HammerTime() : Nemesis("hammer-time")
{
    public override async Task StrikeAsync(Faults faults, Random dice, TimeSpan length)
    {
        var period = new Period(length, dice);
        while (!period.IsOver)
        {
            var ids = await faults.ShuffledAsync(dice);
            var count = dice.Next(10) switch
            {
                < 6 => 1,
                < 8 => 2,
                8 => (ids.Count / 2) + 1,
                _ => ids.Count,
            };
            string[] victims = [.. ids.Take(count)];
            await faults.PauseAsync(victims);
            await period.WaitAsync(0.3, 8);
            await faults.ResumeAsync(victims);
            await period.WaitAsync(0.2, 3);
        }
    }
}
