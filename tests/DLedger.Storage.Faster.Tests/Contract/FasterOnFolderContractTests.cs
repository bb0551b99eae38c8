using DLedger.Core;

namespace DLedger.Storage.Faster.Tests.Contract;

/// <summary>The contract over real files in a temporary folder.</summary>
public sealed class FasterOnFolderContractTests : DurableLogStoreContract
{
    private readonly List<string> _folders = [];

    private protected override int RandomSequences => 5;

    public override void Dispose()
    {
        base.Dispose();
        foreach (var folder in _folders) Directory.Delete(folder, recursive: true);
        _folders.Clear();
        GC.SuppressFinalize(this);
    }

    private protected override Func<long, ILogStoreFactory> NewMachine()
    {
        var folder = Directory.CreateTempSubdirectory("dledger-").FullName;
        _folders.Add(folder);
        return retentionBytes => new FasterLedgerFactory(SmallStore.Options with { Folder = folder, RetentionBytes = retentionBytes });
    }
}
