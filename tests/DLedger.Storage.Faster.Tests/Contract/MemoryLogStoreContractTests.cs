using DLedger.Core;

namespace DLedger.Storage.Faster.Tests.Contract;

public sealed class MemoryLogStoreContractTests : LogStoreContract
{
    private protected override bool Durable => false;

    /// <summary>One factory is one machine.</summary>
    private protected override Func<long, ILogStoreFactory> NewMachine()
    {
        MemoryLogStoreFactory? machine = null;
        return retentionBytes => machine ??= new MemoryLogStoreFactory(Guid.NewGuid, retentionBytes: retentionBytes);
    }
}
