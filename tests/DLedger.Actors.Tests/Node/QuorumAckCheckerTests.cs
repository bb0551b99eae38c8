using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;
using DLedger.Core;
using DLedger.Node;
using DLedger.Protocol;
using Xunit;

namespace DLedger.Actors.Tests.Node;

/// <summary>Whom the quorum-ack checker answers, and whom not: of a leader that has been deposed, and of one with a state machine.</summary>
public sealed class QuorumAckCheckerTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly ActorSystem _system = ActorSystem.Create("checker", RemotingConfig.Dispatchers);

    public void Dispose() => _system.Dispose();

    [Fact]
    public async Task Safety_16_what_the_next_leader_commits_answers_nobody_who_waits_at_the_same_index()
    {
        using var bench = new Bench(_system, machine: false);
        bench.LeadWithOneClient();

        // The log's owner follows the leader of term 6 already, which has committed another batch at that index.
        bench.Context.Applied.Committed(bench.Entry.Index);
        bench.CommitNoOp();
        bench.Checker.Tell(new Follow(new Term(6), "n1"));
        Assert.Equal(new AppendResult.Unknown(UnknownReason.LeadershipLost) { RequestId = Bench.RequestId }, await bench.Client.NextAsync());
    }

    [Fact]
    public async Task Safety_55_the_state_machine_hears_of_a_commit_together_with_the_clients_that_wait_for_it_and_before_anybody_else()
    {
        using var bench = new Bench(_system, machine: true);
        bench.LeadWithOneClient();
        bench.Checker.Tell(new SelfFlushed(Bench.Term, bench.Entry.Index));
        bench.Checker.Tell(new PeerAcked(Bench.Term, "n1", Bench.StoreOfN1, bench.Entry.Index));
        var told = Assert.IsType<ApplyUpTo>(await bench.Machine.NextAsync());
        Assert.Equal(bench.Entry.Index, told.Committed);
        Assert.Equal(Bench.RequestId, Assert.Single(told.Clients).Client.RequestId);
        Assert.Equal(LogIndex.None, bench.Context.Applied.Value);

        // Whoever led answers it no more: the state machine does, once it is applied.
        bench.Checker.Tell(new Follow(new Term(6), null));
        bench.Checker.Tell(new Read(0) { RequestId = 9 }, bench.Client.Ref);
        Assert.Equal(9, Assert.IsType<ReadResult.Rejected>(await bench.Client.NextAsync()).RequestId);
    }

    [Fact]
    public async Task Safety_55_at_the_end_of_a_leadership_those_that_the_state_machine_does_not_have_are_told_unknown()
    {
        using var bench = new Bench(_system, machine: true);
        bench.LeadWithOneClient();
        bench.Checker.Tell(new Follow(new Term(6), "n1"));
        Assert.Equal(new AppendResult.Unknown(UnknownReason.LeadershipLost) { RequestId = Bench.RequestId }, await bench.Client.NextAsync());
    }

    /// <summary>A checker with its surroundings; those that nobody asks for swallow what they are told.</summary>
    private sealed class Bench : IDisposable
    {
        public const long RequestId = 7;
        public static readonly Term Term = new(5);
        public static readonly Guid StoreOfN1 = new("0a4d7c0e-93a5-4f0b-8a3e-0d2f6b1c7e55");

        private readonly ILogStore _store;
        private readonly IGroupLog _log;
        private readonly KnownMembers _members;
        private readonly Batch _noOp = Batch.Control(BatchKind.NoOp, Tail.Empty, Term);

        public Bench(ActorSystem system, bool machine)
        {
            var settings = DLedgerSettings.FromConfig(ConfigurationFactory.ParseString(
                "dledger { id = n0, peers = \"n0-localhost:1;n1-localhost:2;n2-localhost:3\", durability = memory }"));
            var stores = new MemoryLogStoreFactory(Guid.NewGuid);
            _store = stores.Open("default", "n0");
            _log = _store.OpenGroup("default", new Deaf());
            _members = new KnownMembers(settings);
            var environment = new NodeEnvironment(settings, stores, new NoNetwork(), new Random(1))
            {
                StateMachine = machine ? () => throw new NotSupportedException("nobody runs it") : null,
            };
            Context = new RoleContext(
                environment, new Origin("dledger", "default", "n0", _store.StoreId), _log, _members, new MessageFilter(settings, _members))
            {
                Life = new object(),
            };
            (Client, Machine) = (new Listener(system), new Listener(system));
            var others = new Listener(system).Ref;
            Checker = system.ActorOf(QuorumAckCheckerActor.Props(Context));
            Checker.Tell(new Roles(others, others, Checker, others, [others]) { StateMachine = machine ? Machine.Ref : null });
            Entry = Batch.Entries(_noOp.Tail, Term, [new byte[] { 1 }]);
        }

        public RoleContext Context { get; }

        public IActorRef Checker { get; }

        public Listener Client { get; }

        public Listener Machine { get; }

        /// <summary>What the client waits for.</summary>
        public Batch Entry { get; }

        /// <summary>Leader of term 5, with a client in a batch that is on its own disk alone.</summary>
        public void LeadWithOneClient()
        {
            var trusted = new Dictionary<string, Guid> { ["n1"] = StoreOfN1 };
            Checker.Tell(
                new Leading(Term, _noOp.Index, LogIndex.None, LogIndex.None, Tail.Empty, new TermTable(LogPoint.Origin), _members.Set, trusted));
            Checker.Tell(new Appended(Term, _noOp, []));
            Checker.Tell(new Appended(Term, Entry, [new AppendIntake<Caller>.Accepted(new Caller(Client.Ref, RequestId), 1, TimeSpan.MaxValue)]));
        }

        public void CommitNoOp()
        {
            Checker.Tell(new SelfFlushed(Term, _noOp.Index));
            Checker.Tell(new PeerAcked(Term, "n1", StoreOfN1, _noOp.Index));
        }

        public void Dispose()
        {
            _log.Dispose();
            _store.Dispose();
        }
    }

    private sealed class Listener
    {
        private readonly Channel<object> _told = Channel.CreateUnbounded<object>();

        public Listener(ActorSystem system) => Ref = system.ActorOf(Props.Create(() => new Recorder(_told.Writer)));

        public IActorRef Ref { get; }

        public Task<object> NextAsync() => _told.Reader.ReadAsync().AsTask().WaitAsync(Deadline);
    }

    private sealed class Recorder(ChannelWriter<object> told) : UntypedActor
    {
        protected override void OnReceive(object message) => told.TryWrite(message);
    }

    private sealed class NoNetwork : IPeerNetwork
    {
        public void Send(string to, PeerMessage message)
        {
        }
    }

    private sealed class Deaf : IStoreListener
    {
        public void Flushed(WalAddress flushedTo)
        {
        }

        public void Failed(string reason)
        {
        }

        public void Stalled(bool stalled)
        {
        }

        public void SpaceChanged()
        {
        }

        public void BaseMoved(LogBase newBase)
        {
        }

        public void CheckpointDue()
        {
        }
    }
}
