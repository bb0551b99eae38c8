using System.Globalization;

namespace DLedger.Processes.Tests;

/// <summary>
/// An application is killed while a request of its waits for followers that stand still (SIGSTOP), and starts again at the same address. Its second
/// life asks for something else before the followers go on: then both answers come, and only one of them is for it.
/// </summary>
internal static class SecondLife
{
    // Followers that stand still must not cost the leader its place before the second life has asked; and a commit that takes long is no Unknown.
    private const string Config = """
        dledger.election-timeout-min = 10s
        dledger.election-timeout-max = 11s
        dledger.append-timeout = 60s
        """;

    /// <summary>The first life appends OLD, the second NEW. What the second one is told is where NEW is.</summary>
    public static async Task AppendAsync(Stage stage, string how)
    {
        var (group, answer) = await LiveTwiceAsync(stage, how, 0, "append OLD", "append NEW");
        if (IsRecognized(stage, how, answer)) return;
        var index = long.Parse(answer, CultureInfo.InvariantCulture);
        var log = await group.ReadAllAsync(group.Members[0].Id, (await group.ConvergedAsync())[0].CommittedIndex);
        Expect.That(
            index < log.Count && log[(int)index] == "NEW", $"the second life was told that NEW is entry {index}, of: {string.Join(", ", log)}");
    }

    /// <summary>The first life reads entry 0, the second entry 1.</summary>
    public static async Task ReadAsync(Stage stage, string how)
    {
        var (_, answer) = await LiveTwiceAsync(stage, how, 2, "read 0", "read 1");
        if (!IsRecognized(stage, how, answer)) Expect.Equal("1 entry-1", answer, "what the second life read as entry 1");
    }

    /// <summary>Akka's own ask takes what comes first; but who looks at the id sees whose it is.</summary>
    private static bool IsRecognized(Stage stage, string how, string answer)
    {
        if (how != Application.ByAkkasAsk) return false;
        var recognized = answer == Application.OfAnother;
        stage.Figure("answers of the first life that came to Akka's ask of the second, and were recognized by their id", recognized ? 1 : 0);
        return recognized;
    }

    private static async Task<(ServerGroup Group, string Answer)> LiveTwiceAsync(Stage stage, string how, int entries, string first, string second)
    {
        var group = new ServerGroup(stage, 3, Config);
        await group.StartAsync();
        var leader = (await group.LeaderAsync()).Id;
        for (var i = 0; i < entries; i++)
            Expect.That(
                await group.Client.AppendAsync(System.Text.Encoding.UTF8.GetBytes($"entry-{i}")) is AppendResult.Committed, $"entry {i} is appended");
        var port = Ports.Pick(1)[0];
        var lives = new[] { Start("first life"), Start("second life") };
        foreach (var life in lives) await life.LineAsync(line => line == Application.Warm, "its rehearsal");

        await SayAsync(lives[0], Application.Up, Application.Up);
        foreach (var id in group.Ids.Where(id => id != leader)) group.Process(id).Pause();
        await SayAsync(lives[0], first, Application.There);
        lives[0].Kill();
        await lives[0].ExitAsync();
        await SayAsync(lives[1], Application.Up, Application.Up);
        await SayAsync(lives[1], second, Application.There);
        foreach (var id in group.Ids.Where(id => id != leader)) group.Process(id).Resume();
        var answer = await lives[1].LineAsync(line => line.StartsWith(Application.Answer, StringComparison.Ordinal), $"an answer to {second}");
        stage.Say($"{how}, {second}: {answer}");
        return (group, answer[Application.Answer.Length..]);

        ChildProcess Start(string name) => stage.Start(
            name, "DLedger.Processes.Tests.dll",
            [Application.Flag, how, port.ToString(CultureInfo.InvariantCulture), group.Members.First(member => member.Id == leader).ToString()]);
    }

    private static async Task SayAsync(ChildProcess life, string line, string expected)
    {
        var answered = life.LineAsync(said => said == expected, $"{expected} after: {line}");
        await life.Input.WriteLineAsync(line);
        await life.Input.FlushAsync();
        await answered;
    }
}
