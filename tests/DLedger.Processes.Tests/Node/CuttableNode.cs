using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote;
using DLedger.Storage.Faster;

namespace DLedger.Processes.Tests;

/// <summary>
/// A member as the host runs it, with <see cref="CutTransport"/> under both of its transports and <see cref="SlowFiles"/> under its store. It obeys
/// lines on its input and reports on its output; the end of its input is the end of it, so that none outlives the test.
/// </summary>
/// <remarks>Lines in: <c>cut TO,… FROM,…</c> (<c>-</c> for nobody), answered <c>cut</c>; <c>heal</c>, answered <c>healed</c>;
/// <c>mute</c>, answered <c>muted</c>: the connections that there are carry nothing out any more, new ones do; <c>slow MS</c>, answered <c>slow</c>:
/// each sync takes so much longer; <c>collect</c>, answered <c>live BYTES</c>: what lives in its heap after a forced collection.</remarks>
internal static class CuttableNode
{
    public const string Flag = "--node";
    public const string NoConfig = "-";
    public const string Ready = "ready";
    public const string CutDone = "cut";
    public const string Healed = "healed";
    public const string Muted = "muted";
    public const string Slow = "slow";
    public const string Live = "live ";
    public const string Quarantine = "quarantine";
    public const string GroupFailure = "group failed";

    private static readonly Config Cuttable = ConfigurationFactory.ParseString("""
        akka.loggers = []
        akka.stdout-loglevel = OFF
        akka.log-dead-letters = off
        akka.log-dead-letters-during-shutdown = off
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        akka.coordinated-shutdown.exit-clr = off
        akka.remote.adapters.cut = "DLedger.Processes.Tests.CutTransportProvider,DLedger.Processes.Tests"
        akka.remote.dledger-control.applied-adapters = ["cut"]
        akka.remote.dledger-bulk.applied-adapters = ["cut"]
        """);

    /// <param name="id">Who it is.</param>
    /// <param name="peers">All members.</param>
    /// <param name="data">Its folder.</param>
    /// <param name="config">A file of HOCON, or <see cref="NoConfig"/>.</param>
    /// <param name="cutTo">Whom it cannot reach from the start; <c>-</c> for nobody.</param>
    /// <param name="cutFrom">Whom it cannot hear.</param>
    public static async Task<int> RunAsync(string id, string peers, string data, string config, string cutTo, string cutFrom)
    {
        var given = ConfigurationFactory.ParseString($"""
            dledger.id = "{id}"
            dledger.peers = "{peers}"
            dledger.data-dir = "{data}"
            """);
        if (config != NoConfig) given = given.WithFallback(ConfigurationFactory.ParseString(await File.ReadAllTextAsync(config)));
        var settings = DLedgerSettings.FromConfig(given);
        Cuts.Learn(settings.Members);
        Cuts.Set(Ids(cutTo), Ids(cutFrom));
        var system = DLedgerSystem.Start(DLedgerSystem.DefaultName, settings, Cuttable);
        system.ActorOf(Props.Create(() => new Reporter()));
        var files = new SlowFiles(new OsStoreFiles(settings.Store.Folder));
        DLedgerExtension.Get(system).Start(settings, new FasterLedgerFactory(settings.Store, files, TimeProvider.System));
        Say(Ready);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            switch (line.Split(' '))
            {
                case ["cut", var to, var from]:
                    Cuts.Set(Ids(to), Ids(from));
                    Say(CutDone);
                    break;
                case ["heal"]:
                    Cuts.Set([], []);
                    Say(Healed);
                    break;
                case ["mute"]:
                    Cuts.MuteConnections();
                    Say(Muted);
                    break;
                case ["slow", var milliseconds]:
                    files.SyncDelay = TimeSpan.FromMilliseconds(int.Parse(milliseconds, CultureInfo.InvariantCulture));
                    Say(Slow);
                    break;
                case ["collect"]:
                    // What ended connections leave to finalizers goes with the second.
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                    GC.Collect();
                    Say(Live + GC.GetTotalMemory(forceFullCollection: true).ToString(CultureInfo.InvariantCulture));
                    break;
                default:
                    Say($"not understood: {line}");
                    break;
            }
        }

        await DLedgerExtension.Get(system).StopAsync(settings.Group);
        await system.Terminate();
        return 0;
    }

    private static string[] Ids(string list) => list == "-" ? [] : list.Split(',');

    private static void Say(string line)
    {
        // Many threads, whole lines.
        lock (Cuttable) Console.Out.WriteLine(line);
    }

    /// <summary>Prints what the tests look for: the member's own log, and whatever Akka quarantines.</summary>
    private sealed class Reporter : UntypedActor
    {
        protected override void PreStart()
        {
            var events = Context.System.EventStream;
            events.Subscribe(Self, typeof(QuarantinedEvent));
            events.Subscribe(Self, typeof(ThisActorSystemQuarantinedEvent));
            events.Subscribe(Self, typeof(GroupFailed));
            events.Subscribe(Self, typeof(LogEvent));
        }

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case QuarantinedEvent or ThisActorSystemQuarantinedEvent:
                    Say($"{Quarantine}: {message}");
                    break;
                case GroupFailed failed:
                    Say($"{GroupFailure}: {failed.Reason}");
                    break;
                case LogEvent line when line is Warning or Error
                    || (line is Info && line.LogSource.Contains("/user/dledger", StringComparison.Ordinal)):
                    Say(
                        FormattableString.Invariant(
                            $"{line.Timestamp:HH:mm:ss.fff} {line.LogLevel()} {line.Message.ToString()?.ReplaceLineEndings(" ")} {line.Cause?.Message}"));
                    break;
            }
        }
    }
}
