using System.Collections.Concurrent;
using System.Globalization;
using Xunit;
using Xunit.Abstractions;

namespace DLedger.Storage.Faster.Tests.PowerLoss;

/// <summary>
/// Must 1 of the store: after any power loss and any kill, what was flushed is there, and nothing else than what was given. DLEDGER_POWERLOSS_RUNS
/// sets how many runs, DLEDGER_POWERLOSS_SEED the first seed: one run with the seed that a failure names is the way to look closer.
/// </summary>
public sealed class FasterPowerLossTests(ITestOutputHelper output)
{
    private const int FailuresShown = 3;

    [Fact]
    public void Any_power_loss_leaves_what_was_flushed_and_a_prefix_of_the_rest()
    {
        var runs = Number("DLEDGER_POWERLOSS_RUNS", 2_000);
        var first = Number("DLEDGER_POWERLOSS_SEED", 0);
        var failures = new ConcurrentQueue<string>();
        var next = first - 1;
        var threads = Enumerable.Range(0, Environment.ProcessorCount + 1).Select(_ => new Thread(RunSome) { IsBackground = true }).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        output.WriteLine($"{Math.Min(runs, next - first + 1)} runs from seed {first}.");
        if (!failures.IsEmpty) Assert.Fail($"{failures.Count} of {runs} runs failed.\n{string.Join("\n\n", failures.Take(FailuresShown))}");

        void RunSome()
        {
            while (failures.Count < FailuresShown)
            {
                var seed = Interlocked.Increment(ref next);
                if (seed >= first + runs) return;
                if (
                    new PowerLossRun(seed, files => FactoryFor(seed, files), damageIn: files => StoreVerifier.Verify(files).Damage)
                        .Failure() is { } failure)
                    failures.Enqueue(failure);
            }
        }
    }

    [Fact]
    public void A_disk_that_lies_about_syncs_is_noticed()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            if (new PowerLossRun(seed, files => FactoryFor(seed, files), diskLies: true).Failure() is not null) return;
        }

        Assert.Fail("200 runs on a disk that syncs nothing found nothing wrong: they cannot see anything.");
    }

    private static FasterLedgerFactory FactoryFor(int seed, IStoreFiles files) => new(
        SmallStore.Smallest with
        {
            RetentionBytes = seed % 3 == 0 ? 0 : 50_000,
            ZeroAheadBytes = (seed / 2 % 3) switch { 0 => 0, 1 => 64 << 10, _ => 1 << 20 },
            IdleMarkAfter = TimeSpan.FromMilliseconds(seed % 2 == 0 ? 1 : 1_000),
        },
        files,
        TimeProvider.System);

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
