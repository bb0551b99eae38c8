using DLedger.Core;

namespace DLedger.Simulation.Tests;

/// <summary>State machines that are not alike, and what their members make of it (SAFETY 56).</summary>
public sealed class DivergenceTests
{
    private const int WrongFrom = 20;

    [Fact]
    public void Safety_56_a_follower_that_differs_from_a_quorum_stops_and_says_from_where()
    {
        var run = Group("n2");
        Execute(run, "n0", 40);
        var status = run.UntilStatus("n2", status => status.Role == MemberRole.Failed);
        Assert.Equal(
            "the state machine's results differ from those of a quorum, somewhere from entry 16 to 31: it is not deterministic, or not the same everywhere",
            status.Problem);
        run.UntilStatus("n0", status => status.Problem?.Contains("different results", StringComparison.Ordinal) == true);
        Execute(run, "n0", 5);
        Assert.Equal(MemberRole.Follower, run.StatusOf("n1").Role);
    }

    [Fact]
    public void Safety_56_a_leader_that_differs_from_a_quorum_stops_itself_and_another_one_leads()
    {
        var run = Group("n0");
        for (var i = 0; i < 40; i++)
        {
            run.Ask(run.Workload.NextExecute(), "n0");
            run.Let(0.01);
        }

        var status = run.UntilStatus("n0", status => status.Role == MemberRole.Failed);
        Assert.Contains("differ from those of a quorum, somewhere from entry 16 to 31", status.Problem, StringComparison.Ordinal);
        run.Until("another one leads", () => run.Leader != "n0" && run.IsLeading(run.Leader!));
    }

    [Fact]
    public void Safety_56_members_of_two_that_differ_sound_an_alarm_and_go_on()
    {
        var run = new Scenario(2);
        Start(run, "n1");
        Execute(run, "n0", 40);
        run.UntilStatus(
            "n0", status => status.Problem?.Contains("different results, somewhere from entry 16 to 31", StringComparison.Ordinal) == true);
        Execute(run, "n0", 5);
        Assert.Equal(MemberRole.Follower, run.StatusOf("n1").Role);
    }

    private static Scenario Group(string wrong)
    {
        var run = new Scenario(3);
        Start(run, wrong);
        return run;
    }

    private static void Start(Scenario run, string wrong)
    {
        run.Cluster.Safety.ExpectedError = "results";
        run.Cluster.RunStateMachines(id => new Counter(id == wrong));
        run.StartLedBy("n0");
    }

    private static void Execute(Scenario run, string leader, int count)
    {
        for (var i = 0; i < count; i++) Assert.IsType<AppendResult.Applied>(run.Answer(run.Ask(run.Workload.NextExecute(), leader)));
    }

    /// <summary>Replies with the number of an entry; a wrong one is wrong from some entry on.</summary>
    private sealed class Counter(bool isWrong) : ILedgerStateMachine
    {
        public void Apply(in CommittedEntries entries, LedgerReplies replies)
        {
            foreach (var entry in entries) replies.Add(BitConverter.GetBytes(isWrong && entry.Index >= WrongFrom ? -1 : entry.Index));
        }

        public ReadOnlyMemory<byte> Query(ReadOnlyMemory<byte> question) => default;

        public ILedgerStateView TakeView() => throw new NotSupportedException();

        public void Restore(Stream source, int version) => throw new NotSupportedException();
    }
}
