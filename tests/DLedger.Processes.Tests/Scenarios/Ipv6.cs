using System.Globalization;

namespace DLedger.Processes.Tests;

/// <summary>Three members on the loopback address of IPv6, and every command that talks to them; also with the address in another spelling.</summary>
internal static class Ipv6
{
    private const string Long = "0:0:0:0:0:0:0:1";

    public static async Task RunAsync(Stage stage)
    {
        var group = new ServerGroup(stage, 3, host: "::1");
        await group.StartAsync();
        var leader = await group.LeaderAsync();
        Expect.Equal(
            "[::1]:" + group.Members.First(member => member.Id == leader.Id).Port.ToString(CultureInfo.InvariantCulture), leader.LeaderAddress,
            "the leader's address");

        // One member known, and not the leader: its hint is needed.
        var follower = group.Members.First(member => member.Id != leader.Id);
        await CommandAsync("0", "append", "-d", "one", "--peers", follower.ToString());
        await CommandAsync("1", "append", "-d", "two", "--host", "::1", "--port", follower.Port.ToString(CultureInfo.InvariantCulture));
        await CommandAsync("two", "get", "-i", "1", "--peers", group.Peers.Replace("::1", Long, StringComparison.Ordinal));
        var status = await Stage.CommandAsync("status", "--json", "--peers", group.Peers);
        Expect.Equal(0, status.ExitCode, $"status: {status.Out} {status.Error}");
        foreach (var member in group.Members)
            Expect.That(status.Out.Contains($"\"{member.Address}\"", StringComparison.Ordinal), $"{member.Address} is in {status.Out}");
        var transfer = await Stage.CommandAsync("transfer", "--to", follower.Id, "--peers", group.Peers);
        Expect.Equal(0, transfer.ExitCode, $"transfer: {transfer.Out} {transfer.Error}");
        await group.LeaderAsync(otherThan: leader.Id);
        var bench = await Stage.CommandAsync("bench", "--peers", group.Peers, "--seconds", "1", "--outstanding", "16");
        Expect.Equal(0, bench.ExitCode, $"bench: {bench.Out} {bench.Error}");

        // A member that comes back is found again, whoever connects to whom.
        await group.RestartAsync(follower.Id);
        await group.ConvergedAsync(1);
    }

    private static async Task CommandAsync(string expected, params string[] arguments)
    {
        var result = await Stage.CommandAsync(arguments);
        Expect.That(
            result.ExitCode == 0 && result.Out.Trim() == expected,
            $"{string.Join(' ', arguments)}: exit code {result.ExitCode}, {result.Out} {result.Error}");
    }
}
