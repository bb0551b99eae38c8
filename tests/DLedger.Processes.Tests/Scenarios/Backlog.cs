using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace DLedger.Processes.Tests;

/// <summary>
/// A follower comes back far behind, and the leader sends it everything it lacks as fast as both can: votes and heartbeats go their own way, so
/// nobody calls an election.
/// </summary>
internal static class Backlog
{
    private const int EntryBytes = 60_000;

    public static async Task RunAsync(Stage stage, long bytes)
    {
        var group = new ServerGroup(stage, 3);
        await group.StartAsync();
        var before = await group.LeaderAsync();
        var follower = group.Ids.First(id => id != before.Id);
        await group.KillAndWaitAsync(follower);
        var history = await AppendAsync(group, bytes);

        await group.StartAsync(follower);
        var since = Stopwatch.GetTimestamp();
        await group.ConvergedAsync(history.LastAcked);
        var caughtUp = Stopwatch.GetElapsedTime(since);
        var after = await group.LeaderAsync();
        Expect.Equal(before.Term, after.Term, $"the term after {bytes} bytes were sent to {follower} at once");
        await group.CheckAsync(history);
        stage.Figure("backlog", FormattableString.Invariant($"{bytes >> 20} MiB, caught up after {Figures.Ms(caughtUp)}, term still {after.Term}"));
    }

    private static async Task<History> AppendAsync(ServerGroup group, long bytes)
    {
        var history = new History();
        await using var client = group.NewClient();
        var open = new List<Task>();
        for (var number = 1; number <= (bytes / EntryBytes) + 1; number++)
        {
            var body = RealText.Line(number).PadRight(EntryBytes, '.');
            open.Add(NoteAsync(body, await client.SubmitAsync(Encoding.UTF8.GetBytes(body))));
        }

        await Task.WhenAll(open).Within(string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes to be committed"));
        return history;

        async Task NoteAsync(string body, Task<AppendResult> answer) => history.Add(body, await answer);
    }
}
