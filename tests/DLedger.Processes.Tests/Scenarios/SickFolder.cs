using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace DLedger.Processes.Tests;

/// <summary>
/// What a member does about its folder: damaged, shared, deleted, read-only, too slow; and about too few files. One line each, and no entry that was
/// acknowledged is lost without a word.
/// </summary>
internal static class SickFolder
{
    private const string Damaged = "is damaged at offset";

    /// <summary>The smallest segments there can be.</summary>
    private const string SmallSegments = """
        dledger.max-entry-size = 16KiB
        dledger.batch-bytes-max = 32KiB
        dledger.store.page-bytes = 64KiB
        dledger.store.memory-bytes = 128KiB
        dledger.store.segment-bytes = 128KiB
        dledger.store.checkpoint-bytes = 256KiB
        """;

    /// <summary>One bit of the last entry, acknowledged a moment before the kill.</summary>
    public static async Task FlippedBitAsync(Stage stage, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            var group = new ServerGroup(stage, 1);
            await group.StartAsync();
            for (var i = 0; i < 3; i++)
                Expect.That(await group.Client.AppendAsync(Encoding.UTF8.GetBytes($"entry {i} of {round}")) is AppendResult.Committed, "an append");
            var last = Encoding.UTF8.GetBytes($"the last entry of {round}, {new string('x', round * 300)}.");
            Expect.That(await group.Client.AppendAsync(last) is AppendResult.Committed, "the last append");
            group.Kill("n0");
            await group.Process("n0").ExitAsync();

            var segment = Path.Combine(group.FolderOf("n0"), "wal-000000000000.seg");
            var content = await File.ReadAllBytesAsync(segment);
            var at = content.AsSpan().IndexOf(last);
            content[at + (last.Length / 2)] ^= 4;
            await File.WriteAllBytesAsync(segment, content);
            var again = stage.Start("damaged", Stage.Host, ["server", "--id", "n0", "--peers", group.Peers, "--data", group.FolderOf("n0")]);
            await EndsAsync(again, Damaged);
        }
    }

    /// <summary>A second server is kept out without the lock file, and the first notices when the folder is no longer its own.</summary>
    public static async Task SharedAsync(Stage stage)
    {
        var group = new ServerGroup(stage, 1);
        await group.StartAsync();
        Expect.That(await group.Client.AppendAsync("first"u8.ToArray()) is AppendResult.Committed, "an append");
        var folder = group.FolderOf("n0");
        File.Delete(Path.Combine(folder, "lock"));
        var port = Ports.Pick(1)[0].ToString(CultureInfo.InvariantCulture);
        await EndsAsync(stage.Start("second", Stage.Host, ["server", "--port", port, "--data", folder]), "is in use by another process");
        Expect.That(await group.Client.AppendAsync("second"u8.ToArray()) is AppendResult.Committed, "an append after a second server was kept out");

        Directory.Move(folder, folder + "-moved");
        await EndsAsync(group.Process("n0"), "moved, deleted or replaced");
    }

    /// <summary>Lines through segments that fill faster than they are made.</summary>
    public static async Task SmallSegmentsAsync(Stage stage, int lines)
    {
        var port = Ports.Pick(1)[0].ToString(CultureInfo.InvariantCulture);
        var server = stage.Start(
            "server", Stage.Host,
            ["server", "--port", port, "--data", stage.NewFolder("n0"), "--config", stage.NewFile("small.conf", SmallSegments)]);
        await server.LineAsync(line => line.StartsWith("listens on", StringComparison.Ordinal), "its start");
        using var append = ChildProcess.Run(Stage.Host, ["append", "--stdin", "--port", port]);
        var output = append.StandardOutput.ReadToEndAsync();
        var error = append.StandardError.ReadToEndAsync();
        for (var i = 0; i < lines; i++) await append.StandardInput.WriteLineAsync($"{i} {new string('x', 2_000)}");
        append.StandardInput.Close();
        await append.WaitForExitAsync().Within("the end of the input");
        await output;
        stage.Say(await error);
        Expect.Equal(0, append.ExitCode, "the exit code of append --stdin");
    }

    /// <summary>Folders that cannot be used.</summary>
    public static async Task UnusableAsync(Stage stage)
    {
        var file = stage.NewFile("a-file", "not a folder");
        await EndsAsync(Start(stage, file), file);
        await EndsAsync(Start(stage, Path.Combine(file, "below")), file);
    }

    /// <summary>A disk that cannot be written: nothing starts on it, and all of it can be checked. Mounting needs root.</summary>
    public static async Task ReadOnlyAsync(Stage stage)
    {
        var folder = stage.NewFolder("disk");
        await SmallDisk.MountAsync(stage, folder);
        var data = Path.Combine(folder, "n0");
        var server = Start(stage, data);
        await server.LineAsync(line => line.StartsWith("listens on", StringComparison.Ordinal), "its start");
        server.Terminate();
        Expect.Equal(0, await server.ExitAsync(), "the exit code of a server that is asked to stop");
        File.Delete(Path.Combine(data, "lock"));
        await ToolAsync("mount", "-o", "remount,ro", folder);
        var verified = await Stage.CommandAsync("verify", "--data", data);
        Expect.That(
            verified.ExitCode == 0 && verified.Out.Contains("is intact", StringComparison.Ordinal),
            $"verify of a read-only disk says: {verified.Out}{verified.Error}");
        await EndsAsync(Start(stage, data), "Read-only file system");
        await EndsAsync(Start(stage, Path.Combine(folder, "n1")), "Read-only file system");
    }

    /// <summary>Too few files are named at once; a few more than needed are enough, checkpoints and segments included.</summary>
    public static async Task FewFilesAsync(Stage stage)
    {
        foreach (var few in new[] { 64, 128, 200 })
        {
            var port = Ports.Pick(1)[0].ToString(CultureInfo.InvariantCulture);
            await EndsAsync(
                stage.StartWith(few, $"with {few} files", ["server", "--port", port, "--data", stage.NewFolder($"few-{few}")]), "RLIMIT_NOFILE");
        }

        var enough = Ports.Pick(1)[0].ToString(CultureInfo.InvariantCulture);
        var server = stage.StartWith(
            256, "with enough files",
            ["server", "--port", enough, "--data", stage.NewFolder("enough"), "--config", stage.NewFile("small.conf", SmallSegments)]);
        await server.LineAsync(line => line.StartsWith("listens on", StringComparison.Ordinal), "its start");
        for (var i = 0; i < 3; i++)
            Expect.Equal(
                0, (await Stage.CommandAsync("append", "-d", new string('x', 10_000), "--port", enough)).ExitCode, "the exit code of append");
        server.Terminate();
        Expect.Equal(0, await server.ExitAsync(), "the exit code of a server that is asked to stop");
    }

    private static ChildProcess Start(Stage stage, string data) =>
        stage.Start("server", Stage.Host, ["server", "--port", Ports.Pick(1)[0].ToString(CultureInfo.InvariantCulture), "--data", data]);

    /// <summary>It ends by itself, with a failure, says why in one line, and not where in the code.</summary>
    private static async Task EndsAsync(ChildProcess server, string why)
    {
        var exitCode = await server.ExitAsync();
        var said = string.Join(" | ", server.Lines());
        Expect.Equal(1, exitCode, $"the exit code of {server.Name}, which said: {said};");
        Expect.That(server.Lines().Any(line => line.Contains(why, StringComparison.Ordinal)), $"{server.Name} should say '{why}': {said}");
        Expect.That(
            !server.Lines().Any(line => line.TrimStart().StartsWith("at ", StringComparison.Ordinal)),
            $"{server.Name} shows where in its code: {said}");
    }

    private static async Task ToolAsync(string name, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new ProcessStartInfo(name, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().Within(name);
        if (process.ExitCode != 0) throw new ScenarioFailedException($"{name} {string.Join(' ', arguments)}: {await error}");
    }
}
