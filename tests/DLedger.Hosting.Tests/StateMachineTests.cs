using System.Text.Json.Serialization;
using Akka.Actor;
using DLedger.Testing;
using Microsoft.Extensions.Logging;

namespace DLedger.Hosting.Tests;

/// <summary>State machines as an application has them: typed, over real transports, made by its container.</summary>
public sealed class StateMachineTests
{
    private static TimeSpan Deadline => Applications.Deadline;

    [Fact]
    public async Task Commands_and_questions_are_answered_also_by_the_next_leader()
    {
        await using var group = await DLedgerTest.StartAsync(3, _ => { }, id => new Balance());
        var account = new StateMachineClient<Order, Total>(group.Client);
        Assert.Equal(new Total(5, Done: true), await account.ExecuteAsync(new Add(5)).WaitAsync(Deadline));
        Assert.Equal(new Total(5, Done: false), await account.ExecuteAsync(new Add(-6)).WaitAsync(Deadline));
        await group.KillAsync(await group.AwaitLeaderAsync());
        await group.AwaitLeaderAsync();
        Assert.Equal(new Total(5, Done: true), await account.QueryAsync(new Ask()).WaitAsync(Deadline));

        // At once, in one or a few messages: each gets its own reply.
        var totals = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => account.ExecuteAsync(new Add(1)))).WaitAsync(Deadline);
        Assert.Equal(Enumerable.Range(6, 200).Select(sum => new Total(sum, Done: true)), totals);
        Assert.Equal(new Total(205, Done: true), await account.QueryAsync(new Ask()).WaitAsync(Deadline));
    }

    [Fact]
    public async Task A_hosted_member_has_the_machine_that_its_container_makes()
    {
        await using var applications = new Applications();
        var section = applications.Section(0);
        var host = await applications.StartAsync(akka => akka.WithDLedger(section, member => member.WithStateMachine<LoggedBalance>()));
        var account = new StateMachineClient<Order, Total>(Applications.ClientOf(host));
        Assert.Equal(new Total(7, Done: true), await account.ExecuteAsync(new Add(7)).WaitAsync(Deadline));
        Assert.Contains(applications.Lines, line => line.Text == "7 were added");
    }

    [Fact]
    public async Task A_hosted_member_may_have_an_actor_for_it()
    {
        await using var applications = new Applications();
        var section = applications.Section(0);
        var host = await applications.StartAsync(
            akka => akka.WithDLedger(section, member => member.WithStateMachineActor(_ => Props.Create(() => new Echo()))));
        var result = await Applications.ClientOf(host).ExecuteAsync("word"u8.ToArray()).WaitAsync(Deadline);
        Assert.Equal("word"u8.ToArray(), Assert.IsType<AppendResult.Applied>(result).Replies[0].ToArray());
    }

    [Fact]
    public async Task A_group_without_a_machine_says_so_to_whoever_wants_a_reply()
    {
        await using var group = await DLedgerTest.StartAsync(members: 1);
        await group.AwaitLeaderAsync();
        var account = new StateMachineClient<Order, Total>(group.Client);
        var refused = await Assert.ThrowsAsync<DLedgerExecuteException>(() => account.ExecuteAsync(new Add(1)).WaitAsync(Deadline));
        Assert.Equal(RejectReason.NoStateMachine, Assert.IsType<AppendResult.Rejected>(refused.Result).Reason);
        var unasked = await Assert.ThrowsAsync<DLedgerQueryException>(() => account.QueryAsync(new Ask()).WaitAsync(Deadline));
        Assert.Equal(RejectReason.NoStateMachine, Assert.IsType<QueryResult.Rejected>(unasked.Result).Reason);
    }

    [Fact]
    public async Task Retention_beside_a_machine_is_refused_at_the_start()
    {
        var refused = await Assert.ThrowsAsync<SettingsException>(
            () => DLedgerTest.StartAsync(1, options => options.Retention.Bytes = 1 << 30, _ => new Balance()));
        Assert.Contains("dledger.retention.bytes", refused.Message, StringComparison.Ordinal);
    }

    [JsonPolymorphic]
    [JsonDerivedType(typeof(Add), "add")]
    [JsonDerivedType(typeof(Ask), "ask")]
    internal abstract record Order;

    internal sealed record Add(long By) : Order;

    internal sealed record Ask : Order;

    internal sealed record Total(long Sum, bool Done);

    /// <summary>A sum that is never below zero.</summary>
    internal class Balance : LedgerStateMachine<Order, Total>
    {
        private long _sum;

        public override Total Apply(in CommittedEntry<Order> entry)
        {
            if (entry.Command is not Add add) return Query(entry.Command);
            if (_sum + add.By < 0) return new Total(_sum, Done: false);
            _sum += add.By;
            return new Total(_sum, Done: true);
        }

        public override Total Query(Order question) => new(_sum, Done: true);

        public override ILedgerStateView TakeView() => throw new NotSupportedException();

        public override void Restore(Stream source, int version) => throw new NotSupportedException();
    }

    /// <summary>One that wants something of the container.</summary>
    internal sealed class LoggedBalance(ILogger<LoggedBalance> log) : Balance
    {
        public override Total Apply(in CommittedEntry<Order> entry)
        {
            if (entry.Command is Add add && log.IsEnabled(LogLevel.Information)) log.LogInformation("{By} were added", add.By);
            return base.Apply(entry);
        }
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is ApplyEntries apply)
                Sender.Tell(new EntriesApplied(apply.Entries[0].Index, [.. apply.Entries.Select(entry => entry.Body)]));
        }
    }
}
