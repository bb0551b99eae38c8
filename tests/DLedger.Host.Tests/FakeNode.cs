namespace DLedger.Host.Tests;

/// <summary>A member that does nothing.</summary>
internal sealed class FakeNode(NodePlan plan) : IRunningNode
{
    public TaskCompletionSource<string> Failed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool StoppedCleanly { get; private set; }

    public Member Self => plan.Settings.Self;

    public ILedgerClient Client { get; } = new FakeLedger();

    public Task<string> Failure => Failed.Task;

    public Task<LedgerStatus> StatusAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public Task StopAsync()
    {
        StoppedCleanly = true;
        return Task.CompletedTask;
    }

    public Task KillAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
