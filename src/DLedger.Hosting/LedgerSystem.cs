using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Hosting.Logging;
using Microsoft.Extensions.Logging;

namespace DLedger.Hosting;

/// <summary>
/// One member of an application: its settings, the ActorSystem that it lives in, and its client. Its own ActorSystem unless it lives in the
/// application's.
/// </summary>
internal sealed class LedgerSystem(DLedgerSettings settings, DLedgerHostingBuilder how)
{
    // The host says when it is over, in order; a log line costs nothing while nobody wants it.
    private static readonly Config Own = ConfigurationFactory.ParseString($"""
        akka.loglevel = INFO
        akka.stdout-loglevel = OFF
        akka.loggers = ["{typeof(LedgerLogger).FullName}, {typeof(LedgerLogger).Assembly.GetName().Name}"]
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        akka.coordinated-shutdown.exit-clr = off
        """);

    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(20);

    // An actor of this process answers at once: what takes longer than that is ill.
    private static readonly TimeSpan AnswerTimeMax = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private ActorSystem? _system;
    private DLedgerClient? _client;

    /// <summary>The member has been started: somebody answers for it.</summary>
    private volatile bool _isStarted;

    /// <summary>The host is over: nothing starts any more.</summary>
    private bool _isStopped;

    public DLedgerSettings Settings => settings;

    /// <summary>Starts the member, and returns the group's actor. Blocks for as long as Akka needs to listen.</summary>
    /// <exception cref="InvalidOperationException">The host has stopped meanwhile.</exception>
    public IActorRef Start(ActorSystem application, IServiceProvider services, ILoggerFactory logs)
    {
        var ledger = DLedgerExtension.Get(SystemFor(application, logs));
        var member = how.StateMachine is { } machine ? ledger.Start(settings, () => machine(services))
            : how.StateMachineProps is { } props ? ledger.Start(settings, props(services))
            : ledger.Start(settings);
        _isStarted = true;
        return member;
    }

    /// <summary>Completes when the member has opened its store, or is being stopped.</summary>
    /// <exception cref="DLedgerStartException">It could not be opened; the message says why, in one line.</exception>
    public async Task OpenedAsync()
    {
        using var timer = new PeriodicTimer(AskAgainAfter);
        do
        {
            var status = await StatusAsync(AnswerTimeMax, CancellationToken.None).ConfigureAwait(false);
            if (status?.Role == MemberRole.Failed)
                throw new DLedgerStartException($"Member {settings.Self} of group {settings.Group} has not started: {status.Problem}");
            if (status?.Role != MemberRole.Starting) return;
        }
        while (await timer.WaitForNextTickAsync().ConfigureAwait(false));
    }

    /// <summary>The one client of this member; it may be there before the member.</summary>
    public DLedgerClient Client(ActorSystem application, ILoggerFactory logs)
    {
        var system = SystemFor(application, logs);
        lock (_gate) return _client ??= DLedgerClient.Create(system, settings);
    }

    /// <summary>What the member says of itself; null when it was not started.</summary>
    public async Task<LedgerStatus?> StatusAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        if (!_isStarted || _system is not { } system) return null;
        var member = system.ActorSelection($"/user/dledger/{settings.Group}");
        return await DLedgerExtension.Get(system).AskAsync(member, new GetStatus(), timeout, cancellation).ConfigureAwait(false);
    }

    /// <summary>Hands over, closes the store, and ends the ledger's own ActorSystem.</summary>
    public async Task StopAsync(ILogger log)
    {
        ActorSystem? system;
        lock (_gate)
        {
            // Whoever starts just now holds the gate, so that what it has made is stopped here.
            _isStopped = true;
            system = _system;
        }

        if (system is null) return;
        var result = await DLedgerExtension.Get(system).StopAsync(settings.Group).ConfigureAwait(false);
        if (result is StopResult.Failed failed) log.LogError("Group {Group} did not stop cleanly: {Reason}", settings.Group, failed.Reason);
        else if (log.IsEnabled(LogLevel.Information)) log.LogInformation("Group {Group} has stopped: {Result}", settings.Group, result);
        if (!how.IsInThisSystem) await system.Terminate().ConfigureAwait(false);
    }

    private static ActorSystemSetup LogTo(ILoggerFactory logs) => ActorSystemSetup.Create(new LoggerFactorySetup(logs));

    private ActorSystem SystemFor(ActorSystem application, ILoggerFactory logs)
    {
        lock (_gate)
        {
            if (_isStopped)
                throw new InvalidOperationException($"The host has stopped: the member of group {settings.Group} is not started any more.");
            return _system ??= how.IsInThisSystem
                ? application
                : DLedgerSystem.StartWith(LogTo(logs), how.SystemName, settings, how.Hocon.WithFallback(Own));
        }
    }
}
