using System.Runtime.InteropServices;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using DLedger;

// Which member of the group this process is: n0, n1 or n2.
var id = args.FirstOrDefault() ?? "n0";
var config = ConfigurationFactory.ParseString($"dledger.id = {id}")
    .WithFallback(ConfigurationFactory.ParseString(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "app.conf"))));

// It runs until SIGTERM or Ctrl+C.
using var stop = new CancellationTokenSource();
var stopping = (PosixSignalContext signal) => { signal.Cancel = true; stop.Cancel(); };
using var onTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, stopping);
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, stopping);

// The member: an ActorSystem whose remoting fits the settings, and the group's actor in it.
var settings = DLedgerSettings.FromConfig(config);
var system = ActorSystem.Create("dledger", config.WithFallback(RemotingConfig.Build(settings)));
var ledger = DLedgerExtension.Get(system);
ledger.Start(settings);
Console.WriteLine($"{settings.Self} has started");

// The application: an actor that appends by ActorSelection alone, one entry after the other, for as long as the process runs.
var writer = system.ActorOf(Props.Create(() => new Writer(settings.Group, settings.Id)), "writer");
await Task.Delay(Timeout.Infinite, stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);

// First the load, then the member: what was asked has been answered when the ledger stops. A leader hands over.
var sum = await writer.Ask<Sum>(Writer.Finish, TimeSpan.FromSeconds(30));
Console.WriteLine($"{id} stopped: {await ledger.StopAsync(settings.Group)}");
Console.WriteLine($"committed {sum.Committed}, rejected {sum.Rejected}, unknown {sum.Unknown}");
await system.Terminate();
return sum.Unknown == 0 ? 0 : 1;

/// <summary>What became of the appends of a <see cref="Writer"/>.</summary>
internal sealed record Sum(long Committed, long Rejected, long Unknown);

/// <summary>
/// Appends without a client: a message to <c>/user/dledger/{group}</c> of the member that leads, an answer to each. A follower names the leader; what
/// is rejected is not in the log and is sent again.
/// </summary>
internal sealed class Writer : UntypedActor, IWithTimers
{
    public const string Finish = "finish";

    private const string Next = "next";
    private readonly string _group;
    private readonly string _id;
    private ActorSelection _ledger;
    private IActorRef? _finisher;
    private long _number;
    private long _waitingFor;
    private Sum _sum = new(0, 0, 0);

    public Writer(string group, string id)
    {
        (_group, _id) = (group, id);
        _ledger = Context.ActorSelection($"/user/dledger/{group}");
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => AppendNext();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            // The id tells an answer from one that is late: the leader may have changed meanwhile.
            case AppendResult answer when answer.RequestId == _waitingFor:
                _waitingFor = 0;
                Timers.Cancel(nameof(ReceiveTimeout));
                On(answer);
                break;
            case Next:
                AppendNext();
                break;
            case nameof(ReceiveTimeout):
                // No answer: it may be in the log or not. Without an Unknown of the member's own, that is what silence means.
                On(new AppendResult.Unknown(UnknownReason.TimedOut));
                break;
            case Finish:
                _finisher = Sender;
                if (_waitingFor == 0) Sender.Tell(_sum);
                break;
        }
    }

    private void AppendNext()
    {
        if (_finisher is not null || _waitingFor != 0) return;
        _waitingFor = DLedgerExtension.Get(Context.System).NewRequestId();
        _ledger.Tell(new Append(Encoding.UTF8.GetBytes($"{_id} {_number}")) { RequestId = _waitingFor }, Self);
        Timers.StartSingleTimer(nameof(ReceiveTimeout), nameof(ReceiveTimeout), TimeSpan.FromSeconds(15));
    }

    private void On(AppendResult answer)
    {
        switch (answer)
        {
            case AppendResult.Committed committed:
                _sum = _sum with { Committed = _sum.Committed + 1 };
                if (_number++ % 100 == 0) ReadBack(committed.Index);
                Self.Tell(Next);
                break;
            case AppendResult.Rejected rejected:
                // NotLeader names the leader when there is one; otherwise the own member is asked again in a moment.
                _sum = _sum with { Rejected = _sum.Rejected + 1 };
                var path = rejected.LeaderAddress is { } leader ? DLedgerSystem.PathOf(leader, _group) : $"/user/dledger/{_group}";
                _ledger = Context.ActorSelection(path);
                Timers.StartSingleTimer(Next, Next, TimeSpan.FromMilliseconds(50));
                break;
            case AppendResult.Unknown:
                _sum = _sum with { Unknown = _sum.Unknown + 1 };
                _number++;
                Timers.StartSingleTimer(Next, Next, TimeSpan.FromMilliseconds(50));
                break;
        }

        if (_finisher is not null) _finisher.Tell(_sum);
    }

    /// <summary>A read is a message too; any member answers a local one.</summary>
    private void ReadBack(long index)
    {
        var read = Context.ActorSelection($"/user/dledger/{_group}");
        Context.ActorOf(Props.Create(() => new Reader(read, index)));
    }
}

/// <summary>Reads one entry and shows it.</summary>
internal sealed class Reader : UntypedActor
{
    public Reader(ICanTell ledger, long index)
    {
        Context.SetReceiveTimeout(TimeSpan.FromSeconds(15));
        ledger.Tell(new Read(index, mode: ReadMode.Local), Self);
    }

    protected override void OnReceive(object message)
    {
        if (message is ReadResult.Entries { Items: [var entry, ..] }) Console.WriteLine($"{entry.Index}: {Encoding.UTF8.GetString(entry.Body.Span)}");
        Context.Stop(Self);
    }
}
