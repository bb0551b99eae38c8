using System.Diagnostics;
using System.Globalization;

namespace DLedger.Processes.Tests;

/// <summary>A file system in memory whose size can be changed while it is used: shrunk to what it holds, it is full. Mounting needs root.</summary>
internal sealed class SmallDisk
{
    /// <summary>Taken only as it is written to.</summary>
    private const string Roomy = "4g";
    private const long PageBytes = 4096;
    private const int TriesMax = 20;

    private readonly DriveInfo _drive;

    private SmallDisk(string folder)
    {
        Folder = folder;
        _drive = new DriveInfo(folder);
    }

    public static string? WhyNot =>
        OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess ? null : "needs root on Linux, to mount a small file system";

    public string Folder { get; }

    public static async Task<SmallDisk> MountAsync(Stage stage, string folder)
    {
        await ExpectDoneAsync("mount", "-t", "tmpfs", "-o", $"size={Roomy}", "dledger-test", folder);
        stage.AtEnd(() => ExpectDoneAsync("umount", folder));
        return new SmallDisk(folder);
    }

    /// <summary>No byte more. What is allocated to a file already can still be written.</summary>
    public async Task FillAsync()
    {
        var failure = "";
        for (var tries = 0; tries < TriesMax; tries++)
        {
            // It cannot be made smaller than what it holds, and the member writes on meanwhile.
            var used = Math.Max(PageBytes, _drive.TotalSize - _drive.TotalFreeSpace);
            if (await RemountAsync(used.ToString(CultureInfo.InvariantCulture)) is not { } refused) return;
            failure = refused;
        }

        throw new ScenarioFailedException($"{Folder} cannot be made full: {failure}");
    }

    public async Task FreeAsync()
    {
        if (await RemountAsync(Roomy) is { } failure) throw new ScenarioFailedException($"{Folder} cannot be given space: {failure}");
    }

    private Task<string?> RemountAsync(string size) => RunAsync("mount", "-o", $"remount,size={size}", Folder);

    private static async Task ExpectDoneAsync(string name, params string[] arguments)
    {
        if (await RunAsync(name, arguments) is { } failure) throw new ScenarioFailedException($"{name} {string.Join(' ', arguments)}: {failure}");
    }

    private static async Task<string?> RunAsync(string name, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(name, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().Within(name);
        return process.ExitCode == 0 ? null : await error;
    }
}
