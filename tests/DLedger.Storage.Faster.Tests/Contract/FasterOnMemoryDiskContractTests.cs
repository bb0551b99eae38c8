using DLedger.Core;
using DLedger.Storage.Faster.Tests.PowerLoss;

namespace DLedger.Storage.Faster.Tests.Contract;

/// <summary>The contract over a disk in memory: fast enough for many random sequences.</summary>
public sealed class FasterOnMemoryDiskContractTests : DurableLogStoreContract
{
    private protected override int RandomSequences => 100;

    private protected override Func<long, ILogStoreFactory> NewMachine()
    {
        var files = new PowerLossDisk(seed: 1).Boot();
        return retentionBytes => new FasterLedgerFactory(SmallStore.Options with { RetentionBytes = retentionBytes }, files, TimeProvider.System);
    }
}
