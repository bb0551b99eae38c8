using DLedger.Node;

namespace DLedger.Simulation.Tests;

/// <summary>Groups share a process, and nothing else: what befalls one is no other's trouble.</summary>
public sealed class TwoGroupsTests
{
    [Fact]
    public void Peers_15_a_group_that_falls_ill_takes_no_other_group_of_its_processes_down()
    {
        var run = new TwoGroups();
        run.Sim.StartAll();
        run.World.RunFor(TimeSpan.FromSeconds(2));
        var (sickLeader, leader) = (run.LeaderOf(TwoGroups.Sick), run.LeaderOf(TwoGroups.Well));
        Assert.IsType<AppendResult.Committed>(run.Ask(sickLeader, TwoGroups.Sick, new Append("x"u8.ToArray())));
        Assert.IsType<AppendResult.Committed>(run.AppendToWell(leader));
        var leaders = run.LeadersSeen;

        // First its disks hang, then they fail, everywhere.
        foreach (var id in run.Sim.Ids) run.SickDisk(id).Stall(true);
        CommitSome(run, leader);
        foreach (var id in run.Sim.Ids)
        {
            run.SickDisk(id).FailNext(Safety.InjectedFault);
            run.SickDisk(id).Stall(false);
        }

        Assert.IsNotType<AppendResult.Committed>(run.Ask(sickLeader, TwoGroups.Sick, new Append("y"u8.ToArray())));
        CommitSome(run, leader);
        Assert.All(run.Sim.Ids, id => Assert.Equal(MemberRole.Failed, ((LedgerStatus)run.Ask(id, TwoGroups.Sick, new GetStatus())).Role));
        Assert.Equal(
            RejectReason.Failed, Assert.IsType<AppendResult.Rejected>(run.Ask(sickLeader, TwoGroups.Sick, new Append("z"u8.ToArray()))).Reason);

        // It is stopped and started again in the same processes.
        foreach (var id in run.Sim.Ids)
        {
            Assert.IsType<GroupStopped>(run.AskGroups(id, new GroupsActor.StopGroup(TwoGroups.Sick)));
            Assert.Equal(
                RejectReason.NoSuchGroup, Assert.IsType<AppendResult.Rejected>(run.Ask(id, TwoGroups.Sick, new Append("z"u8.ToArray()))).Reason);
            run.SickDisk(id).Crash(CrashLoss.DropUnsynced);
            run.SickDisk(id).Repair();
            Assert.IsType<GroupsActor.GroupStarted>(run.AskGroups(id, new GroupsActor.StartGroup(run.EnvironmentOf(id, TwoGroups.Sick))));
        }

        sickLeader = run.LeaderOf(TwoGroups.Sick);
        Assert.IsType<AppendResult.Committed>(run.Ask(sickLeader, TwoGroups.Sick, new Append("again"u8.ToArray())));
        CommitSome(run, leader);
        Assert.Equal((leaders, leader), (run.LeadersSeen, run.LeaderOf(TwoGroups.Well)));
    }

    private static void CommitSome(TwoGroups run, string leader)
    {
        for (var i = 0; i < 20; i++)
        {
            Assert.IsType<AppendResult.Committed>(run.AppendToWell(leader));
            run.World.RunFor(TimeSpan.FromMilliseconds(200));
        }
    }
}
