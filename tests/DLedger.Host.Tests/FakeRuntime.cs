using DLedger.Storage.Faster;

namespace DLedger.Host.Tests;

/// <summary>A world of fakes; remembers whom the commands asked for.</summary>
internal sealed class FakeRuntime : ILedgerRuntime
{
    public FakeLedger Ledger { get; } = new();

    public ClientTarget? Target { get; private set; }

    public NodePlan? Plan { get; private set; }

    public FakeNode? Node { get; private set; }

    public Func<string, VerifyReport> Verify { get; set; } = _ =>
        new VerifyReport("default", "n0", Guid.Empty, 7, 3, 5, 8192, 0, 4, 0, null, null, 0);

    public Func<NodePlan, FakeNode> Start { get; set; } = plan => new FakeNode(plan);

    public Task<ILedgerClient> ConnectAsync(ClientTarget target, CancellationToken cancellation)
    {
        Target = target;
        return Task.FromResult<ILedgerClient>(Ledger);
    }

    public Task<IRunningNode> StartNodeAsync(NodePlan plan, CancellationToken cancellation)
    {
        Plan = plan;
        Node = Start(plan);
        return Task.FromResult<IRunningNode>(Node);
    }

    public Task<VerifyReport> VerifyAsync(string folder, IProgress<long> progress, CancellationToken cancellation) => Task.FromResult(Verify(folder));
}
