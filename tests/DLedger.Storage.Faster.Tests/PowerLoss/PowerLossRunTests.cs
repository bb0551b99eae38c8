using Xunit;

namespace DLedger.Storage.Faster.Tests.PowerLoss;

/// <summary>The runs themselves: they must pass a store that is right, and catch each way of being wrong that they are for.</summary>
public sealed class PowerLossRunTests
{
    private const int Runs = 200;

    [Fact]
    public void A_correct_store_passes()
    {
        if (FirstFailure(JournalFlaw.None) is { } failure) Assert.Fail(failure);
    }

    [Fact]
    public void A_disk_that_lies_about_syncs_is_noticed() => Assert.NotNull(FirstFailure(JournalFlaw.None, diskLies: true));

    [Theory]
    [InlineData(nameof(JournalFlaw.SkipsSyncs))]
    [InlineData(nameof(JournalFlaw.TrustsThePageCache))]
    [InlineData(nameof(JournalFlaw.ForgetsTheFolder))]
    [InlineData(nameof(JournalFlaw.ChecksNothing))]
    public void A_store_with_a_flaw_is_noticed(string flaw)
    {
        var failure = FirstFailure(Enum.Parse<JournalFlaw>(flaw), runs: 20 * Runs);
        Assert.NotNull(failure);
        Assert.StartsWith("Seed ", failure, StringComparison.Ordinal);
    }

    private static string? FirstFailure(JournalFlaw flaw, bool diskLies = false, int runs = Runs)
    {
        for (var seed = 0; seed < runs; seed++)
        {
            if (new PowerLossRun(seed, files => new JournalStore(files, flaw), diskLies).Failure() is { } failure) return failure;
        }

        return null;
    }
}
