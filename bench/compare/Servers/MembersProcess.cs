using System.Text.Json;

namespace DLedger.Compare;

/// <summary>Three members of ours in one process without a client.</summary>
internal static class MembersProcess
{
    /// <summary>The role that <see cref="ChildProcess.StartSelf"/> names.</summary>
    public const string Role = "members";

    public static ServerProcesses Start(string folder)
    {
        var peers = OwnMembers.Show(OwnMembers.Make());
        var plan = JsonSerializer.Serialize(new MembersPlan(peers, folder), Json.Options);
        return ServerProcesses.Start(peers, 1, _ => ChildProcess.StartSelf(Role, plan, folder));
    }

    /// <summary>In the child: runs until it is ended from outside.</summary>
    public static Task RunAsync(MembersPlan plan, CancellationToken stop)
    {
        OwnMembers.Start(OwnMembers.Parse(plan.Peers), plan.Folder);
        return Task.Delay(Timeout.Infinite, stop);
    }
}
