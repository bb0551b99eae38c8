using System.Diagnostics;
using System.Text.Json;

namespace DLedger.Processes.Tests;

/// <summary>
/// Lines of text through <c>append --stdin</c>, the leader killed with -9 when half of them are committed: the command finds the next leader by
/// itself, names the lines whose outcome it cannot know, and every line that it called committed is there, unchanged, in order, on every member.
/// </summary>
internal static class LinesThroughALostLeader
{
    public static async Task RunAsync(Stage stage, int lines, bool retryUnknown)
    {
        var group = new ServerGroup(stage, 3);
        await group.StartAsync();
        var leader = await group.LeaderAsync();

        string[] retry = retryUnknown ? ["--retry-unknown"] : [];
        using var command = ChildProcess.Run(Stage.Host, ["append", "--stdin", "--json", "--peers", group.Peers, "--timeout", "60s", .. retry]);
        var history = new History { AllowsRepeats = retryUnknown };
        try
        {
            var error = command.StandardError.ReadToEndAsync();
            var feeding = FeedAsync(command, lines);
            await ReadOutcomesAsync(command, lines, history, () => group.Kill(leader.Id)).Within("the outcomes of all lines");
            await feeding;
            await command.WaitForExitAsync().Within("the end of append --stdin");
            var said = (await error).TrimEnd();
            stage.Figure("append --stdin", said.Split('\n')[0]);
            Expect.Equal(history.UnknownCount == 0 ? 0 : 1, command.ExitCode, "the exit code of append --stdin");
            if (history.UnknownCount > 0)
                Expect.That(said.Contains("outcome unknown", StringComparison.Ordinal), $"unknown lines are not named: {said}");
            if (retryUnknown) Expect.Equal(lines, history.AckedCount, "lines committed with --retry-unknown");
            Expect.Equal(lines, history.AckedCount + history.UnknownCount, "lines with an outcome");
        }
        finally
        {
            if (!command.HasExited) command.Kill();
        }

        var next = await group.LeaderAsync();
        Expect.That(
            next.Id != leader.Id && next.Term > leader.Term,
            $"{next.Id} leads in term {next.Term} after {leader.Id} in term {leader.Term} was killed");
        await group.KillAndWaitAsync(leader.Id);
        await group.StartAsync(leader.Id);
        var entries = await group.CheckAsync(history);
        stage.Figure(
            "lines acknowledged, unknown, in the log", FormattableString.Invariant($"{history.AckedCount}, {history.UnknownCount}, {entries}"));
    }

    private static async Task FeedAsync(Process command, int lines)
    {
        for (var n = 1; n <= lines; n++) await command.StandardInput.WriteAsync(RealText.Line(n) + "\n");
        command.StandardInput.Close();
    }

    private static async Task ReadOutcomesAsync(Process command, int lines, History history, Action atHalf)
    {
        for (var n = 1; n <= lines; n++)
        {
            if (n == lines / 2) atHalf();
            var text = await command.StandardOutput.ReadLineAsync()
                ?? throw new ScenarioFailedException($"append --stdin ended after {n - 1} of {lines} outcomes");
            using var outcome = JsonDocument.Parse(text);
            Expect.Equal(n, outcome.RootElement.GetProperty("line").GetInt64(), "line of the next outcome");
            if (outcome.RootElement.TryGetProperty("index", out var index)) history.Acked(index.GetInt64(), RealText.Line(n));
            else if (outcome.RootElement.GetProperty("outcome").GetString() == "unknown") history.Unknown(RealText.Line(n));
            else throw new ScenarioFailedException($"line {n} was refused: {text}");
        }
    }
}
