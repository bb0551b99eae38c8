using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;
using DLedger.Core;
using Xunit;

namespace DLedger.Actors.Tests.Remoting;

/// <summary>
/// A group whose members live in ActorSystems that an application made itself, over real transports; stores in memory. Listens for what nobody should
/// have to read in a log.
/// </summary>
internal sealed class OwnGroup(Systems systems, int members, string extra = "", string hocon = "")
{
    private readonly DLedgerSettings _settings = Systems.Settings(members, hocon);
    private readonly ConcurrentQueue<string> _complaints = new();

    public Dictionary<string, ActorSystem> Running { get; } = [];

    public DLedgerSettings Settings(string id) => _settings with { Id = id, Durability = Durability.Memory };

    /// <summary>Messages of ours that reached nobody, and errors.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <summary>While members start one after the other, who looks for a leader asks those that are not there yet.</summary>
    public void ForgetComplaints() => _complaints.Clear();

    public void StartAll()
    {
        foreach (var member in _settings.Members) Start(member.Id);
    }

    public IActorRef Start(string id)
    {
        var system = systems.Own(Settings(id), extra);
        Running[id] = system;
        var complaints = _complaints;
        var listener = ((ExtendedActorSystem)system)
            .SystemActorOf(Props.Create(() => new Listener(id, complaints)).WithDeploy(Deploy.Local), "complaints");
        foreach (var kind in new[] { typeof(DeadLetter), typeof(UnhandledMessage), typeof(Error) }) system.EventStream.Subscribe(listener, kind);
        return DLedgerExtension.Get(system).Start(Settings(id), new MemoryLogStoreFactory(Guid.NewGuid));
    }

    public async Task<LedgerStatus> StatusOf(string id) =>
        await Running[id].ActorSelection("/user/dledger/g").Ask<LedgerStatus>(new GetStatus(), Inbox.Deadline);

    /// <summary>The leader, once all that run follow it.</summary>
    public async Task<string> Leader()
    {
        using var deadline = new CancellationTokenSource(Inbox.Deadline);
        while (true)
        {
            if (deadline.IsCancellationRequested) throw new InvalidOperationException($"There is no leader. {string.Join("; ", Complaints)}");
            var all = await Task.WhenAll(Running.Keys.Select(StatusOf));
            var leader = all.FirstOrDefault(status => status.Role == MemberRole.Leader);
            if (leader is not null && Array.TrueForAll(all, status => status.LeaderId == leader.Id)) return leader.Id;
        }
    }

    /// <summary>So many entries, of one byte each that says its number.</summary>
    public async Task Append(int count)
    {
        await using var client = DLedgerClient.Create(Running["n0"], "g", _settings.Members);
        for (var i = 0; i < count; i++) Assert.IsType<AppendResult.Committed>(await client.AppendAsync(new[] { (byte)i }).WaitAsync(Inbox.Deadline));
    }

    private sealed class Listener(string id, ConcurrentQueue<string> complaints) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case DeadLetter letter when IsOurs(letter.Message):
                    complaints.Enqueue($"{id}: {letter.Message} to {letter.Recipient} is a dead letter");
                    break;
                case UnhandledMessage unhandled when IsOurs(unhandled.Message):
                    complaints.Enqueue($"{id}: {unhandled.Message} to {unhandled.Recipient} is not handled");
                    break;
                case Error error when error.LogSource.Contains("/user/", StringComparison.Ordinal):
                    complaints.Enqueue($"{id}: {error}");
                    break;
                default:
                    break;
            }
        }

        private static bool IsOurs(object message) => message.GetType().Assembly == typeof(DLedgerMessage).Assembly;
    }
}
