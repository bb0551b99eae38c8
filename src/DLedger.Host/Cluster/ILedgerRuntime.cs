using DLedger.Storage.Faster;

namespace DLedger.Host;

/// <summary>What the commands need of the world: groups to talk to, members to run, stores to check.</summary>
internal interface ILedgerRuntime
{
    /// <summary>A client in a small actor system of its own.</summary>
    Task<ILedgerClient> ConnectAsync(ClientTarget target, CancellationToken cancellation);

    /// <summary>Starts a member in this process; returns when it listens and its store is open.</summary>
    Task<IRunningNode> StartNodeAsync(NodePlan plan, CancellationToken cancellation);

    /// <summary>
    /// Reads and checks a whole store. <paramref name="progress"/> takes how many bytes were read. Throws <see cref="Core.StoreException"/>.
    /// </summary>
    Task<VerifyReport> VerifyAsync(string folder, IProgress<long> progress, CancellationToken cancellation);
}
