using System.Globalization;

namespace DLedger.Processes.Tests;

/// <summary>One server and the commands of the README, over a clean stop and a kill -9.</summary>
internal static class FirstSteps
{
    public static async Task RunAsync(Stage stage)
    {
        var port = Ports.Pick(1)[0].ToString(CultureInfo.InvariantCulture);
        var data = stage.NewFolder("n0");
        var server = await StartAsync();
        Expect.Equal("0\n", (await CommandAsync("append", "-d", "Hello World")).Out, "the first append prints");
        Expect.Equal("Hello World\n", (await CommandAsync("get", "-i", "0")).Out, "get -i 0 prints");

        server.Terminate();
        Expect.Equal(0, await server.ExitAsync(), "the exit code of a server that is asked to stop");
        server = await StartAsync();
        Expect.Equal("Hello World\n", (await CommandAsync("get", "-i", "0")).Out, "after a clean stop, get -i 0 prints");
        Expect.Equal("1\n", (await CommandAsync("append", "-d", "second")).Out, "after a clean stop, the next append prints");

        server.Kill();
        await server.ExitAsync();
        await StartAsync();
        Expect.Equal("Hello World\nsecond\n", (await CommandAsync("get", "-i", "0", "-n", "2")).Out, "after kill -9, get prints");
        Expect.Equal("2\n", (await CommandAsync("append", "-d", "")).Out, "after kill -9, the next append prints");
        var beyond = await CommandAsync("get", "-i", "3");
        Expect.Equal(1, beyond.ExitCode, "the exit code of get beyond the end");
        Expect.That(beyond.Out.Length == 0 && beyond.Error.Contains("0 to 2", StringComparison.Ordinal), $"get beyond the end says: {beyond.Error}");

        async Task<CommandResult> CommandAsync(params string[] arguments)
        {
            var result = await Stage.CommandAsync([.. arguments, "--port", port]);
            if (result.Error.Length > 0) stage.Say(result.Error.TrimEnd());
            return result;
        }

        async Task<ChildProcess> StartAsync()
        {
            var child = stage.Start("server", Stage.Host, ["server", "--port", port, "--data", data]);
            await child.LineAsync(line => line.StartsWith("listens on", StringComparison.Ordinal), "its start");
            return child;
        }
    }
}
