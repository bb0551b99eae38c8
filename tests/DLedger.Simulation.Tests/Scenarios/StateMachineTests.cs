using DLedger.Core;

namespace DLedger.Simulation.Tests;

/// <summary>State machines of a group, in memory and on disk, over crashes and changes of leaders.</summary>
public sealed class StateMachineTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Safety_51_who_was_down_applies_what_it_missed_in_order_and_once(bool durable)
    {
        var run = Group(durable);
        Execute(run, "n0", 5);
        run.PowerFails("n2");
        Execute(run, "n0", 20);
        run.Restart("n2");
        run.Until("n2 has applied all", () => run.Cluster.Replicas.AppliedBy("n2") == run.Cluster.Replicas.AppliedBy("n0"));
        run.PowerFails("n0", "n1");
        run.Restart("n0", "n1");
        run.EndsWell();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Safety_53_a_save_that_failed_before_or_after_it_was_written_applies_nothing_twice(bool written)
    {
        var run = Group(durable: true);
        Execute(run, "n0", 5);
        if (written) run.Cluster.MachineDisks["n1"].FailAfterSave = true;
        else run.Cluster.MachineDisks["n1"].FailBeforeSave = true;
        Execute(run, "n0", 5);
        var status = run.UntilStatus("n1", status => status.Role == MemberRole.Failed);
        Assert.Contains("could not save its state up to entry", status.Problem, StringComparison.Ordinal);
        run.PowerFails("n1");
        run.Restart("n1");
        Execute(run, "n0", 5);
        run.EndsWell();
        run.Expect(run.Cluster.MachineDisks["n1"].State == run.Cluster.MachineDisks["n0"].State, "n1 has the state of the others");
    }

    [Fact]
    public void Safety_53_a_state_that_is_ahead_of_its_log_waits_until_the_log_has_come_up_to_it()
    {
        var run = Group(durable: true);
        Execute(run, "n0", 3);
        // The peers commit without the leader's own disk, which then loses what the machine has saved.
        run.Disk("n0").SyncLeast = run.Disk("n0").SyncMost = TimeSpan.FromMilliseconds(400);
        Execute(run, "n0", 3);
        var saved = run.Cluster.MachineDisks["n0"].State;
        run.PowerFails("n0");
        run.Expect(run.TailOf("n0").NextEntry.Value < saved.Entries, "the state is ahead of the log");
        run.Disk("n0").SyncLeast = run.Disk("n0").SyncMost = TimeSpan.FromMilliseconds(1);
        run.Restart("n0");
        run.EndsWell();
        run.Expect(run.Cluster.MachineDisks["n0"].State.Entries > saved.Entries, "it has gone on");
    }

    [Fact]
    public void Safety_55_each_command_gets_the_reply_of_its_own_entry_also_when_leaders_change()
    {
        var run = Group(durable: false);
        run.Workload.Pace = TimeSpan.FromMilliseconds(1);
        run.Workload.Start();
        run.Let(0.3);
        run.CutOff("n0");
        run.Elect("n1");
        run.Let(0.3);
        run.Network.Heal();
        run.Let(0.3);
        run.EndsWell();
        run.Expect(run.Workload.Acked > 20, "commands were answered");
    }

    [Theory]
    [InlineData("linearizable")]
    [InlineData("lease")]
    [InlineData("local")]
    [InlineData("at-least:6")]
    public void Safety_77_a_question_is_answered_from_what_is_applied(string word)
    {
        Assert.True(ReadMode.TryParse(word, out var mode));
        var run = Group(durable: false);
        Execute(run, "n0", 7);
        var answer = Assert.IsType<QueryResult.Answer>(run.Answer(run.Ask(new Query(ReadOnlyMemory<byte>.Empty, mode), "n0")));
        Assert.Equal(6, answer.AppliedIndex);
        answer = Assert.IsType<QueryResult.Answer>(run.Answer(run.Ask(new Query(ReadOnlyMemory<byte>.Empty), "n1")));
        Assert.Equal(6, answer.AppliedIndex);
        run.EndsWell();
    }

    private static Scenario Group(bool durable)
    {
        var run = new Scenario(3);
        run.Cluster.RunStateMachines(durable);
        run.StartLedBy("n0");
        return run;
    }

    private static void Execute(Scenario run, string leader, int count)
    {
        for (var i = 0; i < count; i++) Assert.IsType<AppendResult.Applied>(run.Answer(run.Ask(run.Workload.NextExecute(), leader)));
    }
}
