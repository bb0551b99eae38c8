namespace DLedger.Host;
internal sealed class AkkaRuntime : ILedgerRuntime
{
    public Task<ILedgerClient> ConnectAsync(ClientTarget target, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<IRunningNode> StartNodeAsync(NodePlan plan, CancellationToken cancellation) => throw new NotSupportedException();
    public Task<VerifyReport> VerifyAsync(string folder, Action<VerifyProgress> progress, CancellationToken cancellation) => throw new NotSupportedException();
}
