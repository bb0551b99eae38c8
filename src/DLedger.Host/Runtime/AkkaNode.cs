using Akka.Actor;
using DLedger.Core;

namespace DLedger.Host;

/// <summary>A member in an actor system of its own.</summary>
internal sealed class AkkaNode : IRunningNode
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan AnswerTimeMax = TimeSpan.FromSeconds(10);

    private readonly ActorSystem _system;
    private readonly DLedgerSettings _settings;
    private readonly DLedgerClient _client;
    private readonly Func<ILedgerStateMachine>? _machine;
    private readonly TaskCompletionSource<string> _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IActorRef _node = ActorRefs.Nobody;

    public AkkaNode(ActorSystem system, NodePlan plan, DLedgerClient client)
    {
        _system = system;
        _settings = plan.Settings;
        _client = client;
        _machine = plan.StateMachine;
        Client = new AkkaClient(client, own: null);

        // Before the member, so that nothing it says is missed.
        system.ActorOf(MemberLogActor.Props(plan.Log), "member-log");
    }

    public Member Self => _settings.Self;

    public ILedgerClient Client { get; }

    public Task<string> Failure => _failure.Task;

    /// <summary>Starts the member and returns once its store is open. Throws <see cref="OperationFailedException"/> when that fails.</summary>
    public async Task OpenAsync(ILogStoreFactory stores, CancellationToken cancellation)
    {
        var ledger = DLedgerExtension.Get(_system);
        _node = ledger.Start(_settings, stores, _machine);
        _ = FailWhenStoppedAsync(ledger.WhenStopped(_settings.Group));
        using var timer = new PeriodicTimer(AskAgainAfter);
        do
        {
            var status = await StatusAsync(cancellation).ConfigureAwait(false);
            if (status.Role == MemberRole.Failed) throw new OperationFailedException(status.Problem ?? "the store could not be opened");
            if (status.Role != MemberRole.Starting) return;
        }
        while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false));
    }

    private async Task FailWhenStoppedAsync(Task<StopCause> stopped)
    {
        if (await stopped.ConfigureAwait(false) is StopCause.Failed failed) _failure.TrySetResult(failed.Reason);
    }

    public Task<LedgerStatus> StatusAsync(CancellationToken cancellation) =>
        DLedgerExtension.Get(_system).AskAsync(_node, new GetStatus(), AnswerTimeMax, cancellation);

    public async Task StopAsync()
    {
        await _client.DisposeAsync().ConfigureAwait(false);
        var result = await DLedgerExtension.Get(_system).StopAsync(_settings.Group).ConfigureAwait(false);
        await _system.Terminate().ConfigureAwait(false);
        if (result is StopResult.Failed failed) throw new OperationFailedException($"member {_settings.Id} did not stop cleanly: {failed.Reason}");
    }

    public Task KillAsync() => _system.Terminate();

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync().ConfigureAwait(false);
        await _system.Terminate().ConfigureAwait(false);
    }
}
