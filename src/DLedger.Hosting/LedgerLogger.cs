using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;
using Akka.Hosting.Logging;
using Microsoft.Extensions.Logging;
using AkkaLevel = Akka.Event.LogLevel;
using Level = Microsoft.Extensions.Logging.LogLevel;

namespace DLedger.Hosting;

/// <summary>
/// Writes what the ledger's own ActorSystem logs to the application's logger, by the class that says it: <c>DLedger.…</c> for the ledger,
/// <c>Akka.…</c> for what is below it. So the filters of <c>Logging:LogLevel</c> tell them apart.
/// </summary>
internal sealed class LedgerLogger : ActorBase, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private readonly ConcurrentDictionary<Type, ILogger> _loggers = new();
    private readonly ILoggerFactory _logs = Context.System.Settings.Setup.Get<LoggerFactorySetup>().Value.LoggerFactory;

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                return true;
            case LogEvent line:
                var logger = _loggers.GetOrAdd(line.LogClass, NewLogger);
                var level = LevelOf(line.LogLevel());
                if (logger.IsEnabled(level)) logger.Log(level, default, line, line.Cause, static (line, _) => line.Message?.ToString() ?? "");
                return true;
            default:
                return false;
        }
    }

    /// <summary>What has only a name, Akka logs in the name of a class that stands in.</summary>
    private ILogger NewLogger(Type type) => type == typeof(DummyClassForStringSources) ? _logs.CreateLogger(nameof(Akka)) : _logs.CreateLogger(type);

    private static Level LevelOf(AkkaLevel level) => level switch
    {
        AkkaLevel.DebugLevel => Level.Debug,
        AkkaLevel.InfoLevel => Level.Information,
        AkkaLevel.WarningLevel => Level.Warning,
        _ => Level.Error,
    };
}
