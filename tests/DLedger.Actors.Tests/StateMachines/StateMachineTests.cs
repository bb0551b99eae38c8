using System.Text;
using DLedger.Actors.Tests.Node;
using DLedger.Core;
using Xunit;

namespace DLedger.Actors.Tests.StateMachines;

/// <summary>What a member does with a state machine: real actors and threads, a log in memory.</summary>
public sealed class StateMachineTests
{
    private static readonly TimeSpan HangTimeout = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_command_is_replied_to_and_all_members_come_to_the_same_state()
    {
        var machines = new Dictionary<string, Register> { ["n0"] = new(), ["n1"] = new(), ["n2"] = new() };
        await using var cluster = new LocalCluster(3, _ => new MemoryLogStoreFactory(Guid.NewGuid)) { StateMachine = id => machines[id] };
        foreach (var id in machines.Keys) cluster.Start(id);
        var leader = await cluster.Leader();
        Assert.Equal([""], await Execute(cluster, leader, "one"));
        Assert.Equal(["one"], await Execute(cluster, leader, "two"));
        Assert.Equal(["two", "three"], await Execute(cluster, leader, "three", "four"));
        Assert.Equal("four", Text(((QueryResult.Answer)await cluster.Ask(leader, new Query("?"u8.ToArray()))).Body));
        foreach (var id in machines.Keys)
        {
            using var hang = new CancellationTokenSource(HangTimeout);
            while (Text(((QueryResult.Answer)await cluster.Ask(id, new Query("?"u8.ToArray(), ReadMode.Local))).Body) != "four")
                hang.Token.ThrowIfCancellationRequested();
            lock (machines[id].Applied) Assert.Equal(["one", "two", "three", "four"], machines[id].Applied);
            lock (machines[id].Leaderships) Assert.Equal(id == leader, machines[id].Leaderships[^1].IsLeader);
        }
    }

    [Fact]
    public async Task Safety_54_an_exception_stops_the_member_at_the_entry_and_so_does_the_next_start()
    {
        var stores = new ScriptedStores();
        var made = 0;
        await using var cluster = new LocalCluster(1, _ => stores)
        {
            StateMachine = _ =>
            {
                Interlocked.Increment(ref made);
                return new Register();
            },
        };
        cluster.Start("n0");
        await cluster.Leader();
        await Execute(cluster, "n0", "one");
        var poisoned = cluster.Ask("n0", new AppendMany([Bytes("two"), Bytes(Register.Poison), Bytes("three")]) { WantsReplies = true });
        Assert.IsType<AppendResult.Unknown>(await poisoned);
        Assert.Equal("the state machine failed at entry 2: this is poison", (await UntilFailed(cluster)).Problem);
        Assert.Equal(1, Volatile.Read(ref made));
        Assert.Equal(1, stores.Openings);
    }

    [Fact]
    public async Task Safety_55_a_client_is_answered_when_its_entry_is_applied_and_a_slow_machine_holds_up_nobody_else()
    {
        var machine = new Register();
        await using var cluster = new LocalCluster(
            1, _ => new MemoryLogStoreFactory(Guid.NewGuid), values => values["pending-entries-max"] = "4") { StateMachine = _ => machine };
        cluster.Start("n0");
        await cluster.Leader();
        machine.Gate.Reset();
        var first = cluster.Ask("n0", new Execute(Bytes("one")));
        var plain = cluster.Ask("n0", new AppendMany([Bytes("two"), Bytes("three"), Bytes("four")]));

        // Committed by now, or soon; outstanding until they are applied.
        Assert.Equal(RejectReason.Busy, Assert.IsType<AppendResult.Rejected>(await cluster.Ask("n0", new Append(Bytes("five")))).Reason);
        var question = cluster.Ask("n0", new Query("?"u8.ToArray()));
        using var hang = new CancellationTokenSource(HangTimeout);
        LedgerStatus status;
        while ((status = (LedgerStatus)await cluster.Ask("n0", new GetStatus())).CommittedIndex < 3) hang.Token.ThrowIfCancellationRequested();
        Assert.Equal((MemberRole.Leader, -1), (status.Role, status.AppliedIndex));
        Assert.False(first.IsCompleted || plain.IsCompleted || question.IsCompleted);

        machine.Gate.Set();
        Assert.Equal("", Text(Assert.IsType<AppendResult.Applied>(await first).Replies[0]));
        Assert.Equal(3, Assert.IsType<AppendResult.Committed>(await plain).Count);
        // SAFETY 77: it saw at least what was committed when its round began.
        Assert.NotEmpty(Text(Assert.IsType<QueryResult.Answer>(await question).Body));
    }

    [Fact]
    public async Task A_question_that_makes_the_machine_throw_is_answered_so_and_stops_nobody()
    {
        await using var cluster = new LocalCluster(1, _ => new MemoryLogStoreFactory(Guid.NewGuid)) { StateMachine = _ => new Register() };
        cluster.Start("n0");
        await cluster.Leader();
        Assert.Equal(
            "a question that makes it throw", Assert.IsType<QueryResult.Failed>(await cluster.Ask("n0", new Query("throw"u8.ToArray()))).Reason);
        Assert.Equal([""], await Execute(cluster, "n0", "one"));
    }

    [Fact]
    public async Task Without_a_state_machine_nobody_executes_or_answers()
    {
        await using var cluster = new LocalCluster(1, _ => new MemoryLogStoreFactory(Guid.NewGuid));
        cluster.Start("n0");
        await cluster.Leader();
        Assert.Equal(RejectReason.NoStateMachine, Assert.IsType<AppendResult.Rejected>(await cluster.Ask("n0", new Execute(Bytes("x")))).Reason);
        Assert.Equal(RejectReason.NoStateMachine, Assert.IsType<QueryResult.Rejected>(await cluster.Ask("n0", new Query(Bytes("x")))).Reason);
        Assert.Equal(
            RejectReason.NoStateMachine,
            Assert.IsType<AppendResult.Rejected>(await cluster.Ask("n0", new AppendMany([Bytes("x")]) { WantsReplies = true })).Reason);
        Assert.Equal(0, Assert.IsType<AppendResult.Committed>(await cluster.Ask("n0", new Append(Bytes("x")))).Index);
    }

    private static async Task<string[]> Execute(LocalCluster cluster, string leader, params string[] commands)
    {
        using var hang = new CancellationTokenSource(HangTimeout);
        while (true)
        {
            var answer = await cluster.Ask(leader, new AppendMany([.. commands.Select(Bytes)]) { WantsReplies = true });
            if (answer is AppendResult.Applied applied) return [.. applied.Replies.Select(Text)];
            Assert.Equal(RejectReason.Busy, Assert.IsType<AppendResult.Rejected>(answer).Reason);
            hang.Token.ThrowIfCancellationRequested();
        }
    }

    private static async Task<LedgerStatus> UntilFailed(LocalCluster cluster)
    {
        using var hang = new CancellationTokenSource(HangTimeout);
        while (true)
        {
            var status = (LedgerStatus)await cluster.Ask("n0", new GetStatus());
            if (status.Role == MemberRole.Failed) return status;
            hang.Token.ThrowIfCancellationRequested();
        }
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
