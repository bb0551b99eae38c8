using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;
using DLedger.Core;
using DLedger.Node;
using DLedger.Protocol;
using Xunit;

namespace DLedger.Actors.Tests.Node;

/// <summary>The quorum-ack checker of a leader that has been deposed and has not heard of it.</summary>
public sealed class QuorumAckCheckerTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly ActorSystem _system = ActorSystem.Create("checker", RemotingConfig.Dispatchers);

    public void Dispose() => _system.Dispose();

    [Fact]
    public async Task Safety_16_what_the_next_leader_commits_answers_nobody_who_waits_at_the_same_index()
    {
        var settings = DLedgerSettings.FromConfig(ConfigurationFactory.ParseString(
            "dledger { id = n0, peers = \"n0-localhost:1;n1-localhost:2;n2-localhost:3\", durability = memory }"));
        var stores = new MemoryLogStoreFactory(Guid.NewGuid);
        using var store = stores.Open("default", "n0");
        using var log = store.OpenGroup("default", new Deaf());
        var environment = new NodeEnvironment(settings, stores, new NoNetwork(), new Random(1));
        var members = new KnownMembers(settings);
        var context = new RoleContext(
            environment, new Origin("dledger", "default", "n0", store.StoreId), log, members, new MessageFilter(settings, members))
        {
            Life = new object(),
        };
        var answers = Channel.CreateUnbounded<object>();
        var client = _system.ActorOf(Props.Create(() => new Recorder(answers.Writer)));
        var others = _system.ActorOf(Props.Create(() => new Recorder(Channel.CreateUnbounded<object>().Writer)));
        var checker = _system.ActorOf(QuorumAckCheckerActor.Props(context));
        checker.Tell(new Roles(others, others, checker, others, [others]));

        // Leader of term 5, with a client in a batch that is on its own disk alone.
        var term = new Term(5);
        var noOp = Batch.Control(BatchKind.NoOp, Tail.Empty, term);
        var batch = Batch.Entries(noOp.Tail, term, [new byte[] { 1 }]);
        var terms = new TermTable(LogPoint.Origin);
        checker.Tell(new Leading(term, noOp.Index, LogIndex.None, LogIndex.None, Tail.Empty, terms, members.Set, new Dictionary<string, Guid>()));
        checker.Tell(new Appended(term, noOp, []));
        checker.Tell(new Appended(term, batch, [new AppendIntake<Caller>.Accepted(new Caller(client, 7), 1, TimeSpan.MaxValue)]));

        // The log's owner follows the leader of term 6 already, which has committed another batch at that index.
        context.Applied.Committed(batch.Index);
        checker.Tell(new RoundConfirmed(term, 0));
        checker.Tell(new Follow(new Term(6), "n1"));

        var answer = await answers.Reader.ReadAsync().AsTask().WaitAsync(Deadline);
        Assert.Equal(new AppendResult.Unknown(UnknownReason.LeadershipLost) { RequestId = 7 }, answer);
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
