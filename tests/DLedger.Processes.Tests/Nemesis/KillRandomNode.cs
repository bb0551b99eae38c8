namespace DLedger.Processes.Tests;

/// <summary>One member, or two, killed with -9 and started again after a while, and so on until the period is over.</summary>
internal sealed class KillRandomNode() : Nemesis("kill-random-node")
{
    public override async Task StrikeAsync(Faults faults, Random dice, TimeSpan length)
    {
        var period = new Period(length, dice);
        while (!period.IsOver)
        {
            string[] victims = [.. (await faults.ShuffledAsync(dice)).Take(dice.Next(4) == 0 ? 2 : 1)];
            await faults.KillAsync(victims);
            await period.WaitAsync(0.2, 5);
            await faults.StartAsync(victims);
            await period.WaitAsync(1, 3);
        }
    }
}
