using System.Text;
using System.Threading.Channels;
using Akka.Actor;
using DLedger.Actors.Tests.Node;
using DLedger.Core;
using Xunit;

namespace DLedger.Actors.Tests.StateMachines;

/// <summary>A state machine that is an actor.</summary>
public sealed class ActorMachineTests
{
    private static readonly TimeSpan HangTimeout = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task An_actor_gets_entries_and_questions_and_what_it_replies_goes_to_whoever_asked()
    {
        await using var cluster = await StartedAsync(Props.Create(() => new Joiner()));
        Assert.Equal("one", Text(Assert.IsType<AppendResult.Applied>(await Execute(cluster, "one")).Replies[0]));
        var both = Assert.IsType<AppendResult.Applied>(
            await cluster.Ask("n0", new AppendMany([Bytes("two"), Bytes("three")]) { WantsReplies = true }));
        Assert.Equal(["one two", "one two three"], both.Replies.Select(Text));
        var answer = Assert.IsType<QueryResult.Answer>(await cluster.Ask("n0", new Query(default)));
        Assert.Equal(("one two three", 2L), (Text(answer.Body), answer.AppliedIndex));
    }

    [Fact]
    public async Task An_actor_has_one_turn_at_a_time_and_may_take_as_long_as_it_likes()
    {
        var told = Channel.CreateUnbounded<(IActorRef From, ApplyEntries Entries)>();
        await using var cluster = await StartedAsync(Props.Create(() => new Slow(told.Writer)));
        var first = Execute(cluster, "one");
        var (from, entries) = await NextAsync(told.Reader);
        Assert.Equal(0, Assert.Single(entries.Entries).Index);
        var second = Execute(cluster, "two");
        var third = Execute(cluster, "three");

        // Committed while the actor has the first in hand: it gets them when it is done, and not before.
        using var hang = new CancellationTokenSource(HangTimeout);
        while (((LedgerStatus)await cluster.Ask("n0", new GetStatus())).LastIndex < 2) hang.Token.ThrowIfCancellationRequested();
        Assert.False(told.Reader.TryRead(out _));
        from.Tell(new EntriesApplied(0, [Bytes("done")]));
        Assert.Equal("done", Text(Assert.IsType<AppendResult.Applied>(await first).Replies[0]));
        var replied = 1L;
        while (replied < 3)
        {
            (from, entries) = await NextAsync(told.Reader);
            Assert.Equal(replied, entries.Entries[0].Index);
            from.Tell(new EntriesApplied(replied, [.. entries.Entries.Select(entry => entry.Body)]));
            replied += entries.Entries.Count;
        }

        Assert.Equal("two", Text(Assert.IsType<AppendResult.Applied>(await second).Replies[0]));
        Assert.Equal("three", Text(Assert.IsType<AppendResult.Applied>(await third).Replies[0]));
    }

    [Fact]
    public async Task Safety_54_an_actor_that_throws_stops_the_member()
    {
        await using var cluster = await StartedAsync(Props.Create(() => new Joiner()));
        Assert.IsType<AppendResult.Applied>(await Execute(cluster, "one"));
        Assert.IsType<AppendResult.Unknown>(await cluster.Ask("n0", new Execute(Bytes(Register.Poison))));
        using var hang = new CancellationTokenSource(HangTimeout);
        LedgerStatus status;
        while ((status = (LedgerStatus)await cluster.Ask("n0", new GetStatus())).Role != MemberRole.Failed) hang.Token.ThrowIfCancellationRequested();
        Assert.Equal("the state machine failed at entry 1 or soon behind it: this is poison", status.Problem);
    }

    private static async Task<LocalCluster> StartedAsync(Props machine)
    {
        var cluster = new LocalCluster(1, _ => new MemoryLogStoreFactory(Guid.NewGuid)) { StateMachineProps = machine };
        cluster.Start("n0");
        await cluster.Leader();
        return cluster;
    }

    private static async Task<object> Execute(LocalCluster cluster, string command)
    {
        using var hang = new CancellationTokenSource(HangTimeout);
        while (true)
        {
            var answer = await cluster.Ask("n0", new Execute(Bytes(command)));
            if (answer is not AppendResult.Rejected { Reason: RejectReason.Busy }) return answer;
            hang.Token.ThrowIfCancellationRequested();
        }
    }

    private static Task<T> NextAsync<T>(ChannelReader<T> reader) => reader.ReadAsync().AsTask().WaitAsync(HangTimeout);

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    /// <summary>Replies with all that it has got so far.</summary>
    private sealed class Joiner : UntypedActor
    {
        private readonly List<string> _words = [];

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case ApplyEntries apply:
                    List<ReadOnlyMemory<byte>> replies = [];
                    foreach (var entry in apply.Entries)
                    {
                        var word = Text(entry.Body);
                        if (word == Register.Poison) throw new InvalidOperationException("this is poison");
                        _words.Add(word);
                        replies.Add(Bytes(string.Join(' ', _words)));
                    }

                    Sender.Tell(new EntriesApplied(apply.Entries[0].Index, replies));
                    break;
                case AskState ask:
                    Sender.Tell(new StateIs(ask.Number, Bytes(string.Join(' ', _words))));
                    break;
                case LedgerLeadership:
                    break;
                default:
                    Unhandled(message);
                    break;
            }
        }
    }

    /// <summary>Replies when the test has it do so.</summary>
    private sealed class Slow(ChannelWriter<(IActorRef From, ApplyEntries Entries)> told) : UntypedActor
    {
        private IActorRef _ledger = ActorRefs.Nobody;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case ApplyEntries apply:
                    _ledger = Sender;
                    told.TryWrite((Self, apply));
                    break;
                case EntriesApplied applied:
                    _ledger.Tell(applied);
                    break;
                default:
                    break;
            }
        }
    }
}
