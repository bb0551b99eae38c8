namespace DLedger.Host.Tests;

/// <summary>A world of fakes; remembers whom the commands asked for.</summary>
internal sealed class FakeRuntime : ILedgerRuntime
{
    public FakeLedger Ledger { get; } = new();

    public ClientTarget? Target { get; private set; }

    public NodePlan? Plan { get; private set; }

    public FakeNode? Node { get; private set; }

    public Func<string, VerifyReport> Verify { get; set; } = _ => new VerifyReport("default", "n0", 2, 8192, 3, 5, 0, 4, 7);

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

    public Task<VerifyReport> VerifyAsync(string folder, Action<VerifyProgress> progress, CancellationToken cancellation) => Task.FromResult(Verify(folder));
}
