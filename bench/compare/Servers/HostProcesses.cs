namespace DLedger.Compare;

/// <summary>Three processes of the shipped host, as a user starts them.</summary>
internal static class HostProcesses
{
    public static ServerProcesses Start(string folder)
    {
        var members = OwnMembers.Make();
        var peers = OwnMembers.Show(members);
        var host = Path.Combine(AppContext.BaseDirectory, "dledger.dll");
        return ServerProcesses.Start(peers, members.Count, i => ChildProcess.Start(
            "dotnet", ["exec", host, "server", "--id", members[i].Id, "--peers", peers, "--data", Path.Combine(folder, members[i].Id)], folder));
    }
}
