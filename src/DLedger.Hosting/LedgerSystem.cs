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

    private readonly Lock _gate = new();
    private ActorSystem? _system;
    private DLedgerClient? _client;

    public DLedgerSettings Settings => settings;

    /// <summary>Starts the member, and returns the group's actor. Blocks for as long as Akka needs to listen.</summary>
    public IActorRef Start(ActorSystem application, ILoggerFactory logs) => DLedgerExtension.Get(SystemFor(application, logs)).Start(settings);

    /// <summary>The one client of this member; it may be there before the member.</summary>
    public DLedgerClient Client(ActorSystem application, ILoggerFactory logs)
    {
        var system = SystemFor(application, logs);
        lock (_gate) return _client ??= DLedgerClient.Create(system, settings);
    }

    /// <summary>What the member says of itself; null when it was not started.</summary>
    public async Task<LedgerStatus?> StatusAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        if (_system is not { } system) return null;
        var member = system.ActorSelection($"/user/dledger/{settings.Group}");
        return await DLedgerExtension.Get(system).AskAsync(member, new GetStatus(), timeout, cancellation).ConfigureAwait(false);
    }

    /// <summary>Hands over, closes the store, and ends the ledger's own ActorSystem.</summary>
    public async Task StopAsync(ILogger log)
    {
        if (_system is not { } system) return;
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
            return _system ??= how.IsInThisSystem
                ? application
                : DLedgerSystem.StartWith(LogTo(logs), how.SystemName, settings, how.Hocon.WithFallback(Own));
        }
    }
}
