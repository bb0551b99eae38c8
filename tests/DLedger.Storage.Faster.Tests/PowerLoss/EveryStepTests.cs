using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests.PowerLoss;

/// <summary>
/// Power that goes at every single step of what others got wrong: the first start of a folder, a change of segment, a save of a vote. The random
/// lives of <see cref="FasterPowerLossTests"/> meet these too; here none is left out, each with several fates of what was in doubt.
/// </summary>
public sealed class EveryStepTests
{
    private const int FatesPerStep = 6;

    [Fact]
    public void Peers_04_power_lost_at_any_step_of_the_first_start_leaves_a_folder_that_starts()
    {
        var steps = LosePowerAtEveryStep(fill: null, FirstWork);
        // Files made, the folder synced, slots written and synced: fewer steps would mean that something of it is gone.
        Assert.True(steps > 15, $"A first start took {steps} steps.");
    }

    [Fact]
    public void Peers_04_power_lost_at_any_step_of_a_second_start_loses_nothing()
    {
        var steps = LosePowerAtEveryStep(FirstWork, life => life.Append(100) && life.Flush());
        Assert.True(steps > 5, $"A second start took {steps} steps.");
    }

    [Fact]
    public void Peers_04_power_lost_at_any_step_of_a_change_of_segment_loses_nothing()
    {
        var steps = LosePowerAtEveryStep(FirstWork, life =>
        {
            // Segments of 128 KiB: the third batch is in the next one, the seventh in the one after that.
            for (var i = 0; i < 8; i++)
            {
                if (!life.Append(38_000) || !life.Flush()) return false;
            }

            return true;
        });
        Assert.True(steps > 20, $"Two changes of segment took {steps} steps.");
    }

    [Fact]
    public void Peers_02_power_lost_at_any_step_of_saving_votes_leaves_the_last_one_that_was_told_or_the_next()
    {
        var steps = LosePowerAtEveryStep(FirstWork, life =>
        {
            for (var term = 2; term < 6; term++)
            {
                if (!life.Save(new HardState(new Term(term), null, [])) || !life.Save(new HardState(new Term(term), $"n{term}", []))) return false;
            }

            return true;
        });
        Assert.True(steps > 20, $"Eight saves took {steps} steps.");
    }

    private static bool FirstWork(OneLife life) =>
        life.Save(new HardState(new Term(1), null, [])) && life.Save(new HardState(new Term(1), "n1", [])) && life.Append(100) && life.Flush()
            && life.Append(100) && life.Append(3_000) && life.Flush();

    /// <summary>How many steps the work takes, its opening included.</summary>
    private static int LosePowerAtEveryStep(Func<OneLife, bool>? fill, Func<OneLife, bool> work)
    {
        for (var step = 0; ; step++)
        {
            var lived = 0;
            for (var fate = 0; fate < FatesPerStep; fate++)
            {
                var disk = new PowerLossDisk((step * FatesPerStep) + fate);
                var promises = new Promises();
                if (fill is not null) Assert.True(OneLife.Live(disk, promises, dieAfter: null, fill));
                if (OneLife.Live(disk, promises, dieAfter: step, work)) lived++;
                OneLife.Check(disk, promises, $"Power lost after step {step}, fate {fate}");
            }

            if (lived == FatesPerStep) return step;
        }
    }
}
