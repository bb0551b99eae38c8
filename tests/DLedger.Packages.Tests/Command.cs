using System.Diagnostics;
using System.Text;

namespace DLedger.Packages.Tests;

/// <summary>A program that runs beside the test; its output is kept, and waited for.</summary>
internal sealed class Command : IDisposable
{
    /// <summary>What only a hang can reach: it has to build.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(8);

    private static readonly string[] OfThisRun = ["MSBUILD", "VSTEST", "DOTNET_CLI_", "TESTINGPLATFORM", "COREHOST"];

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly List<(string Text, TaskCompletionSource Said)> _awaited = [];

    private Command(Process process) => _process = process;

    /// <summary>Everything that it has written.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    public static Command Start(string folder, IReadOnlyDictionary<string, string> environment, string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What runs these tests is none of its business.
        foreach (var name in start.Environment.Keys.Where(IsOfThisRun).ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var command = new Command(new Process { StartInfo = start });
        command._process.OutputDataReceived += (_, line) => command.Add(line.Data);
        command._process.ErrorDataReceived += (_, line) => command.Add(line.Data);
        command._process.Start();
        command._process.BeginOutputReadLine();
        command._process.BeginErrorReadLine();
        return command;
    }

    /// <summary>Runs to its end and returns what it wrote; fails with it on any other exit code than 0.</summary>
    public static async Task<string> RunAsync(
        string folder, IReadOnlyDictionary<string, string> environment, string program, params IEnumerable<string> arguments)
    {
        using var command = Start(folder, environment, program, arguments);
        var code = await command.ExitAsync();
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)} ended with {code}:\n{command.Output}");
        return command.Output;
    }

    public async Task<int> ExitAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    /// <summary>Waits for a line that holds this.</summary>
    public Task SaysAsync(string text)
    {
        lock (_output)
        {
            if (_output.ToString().Contains(text, StringComparison.Ordinal)) return Task.CompletedTask;
            var said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((text, said));
            return said.Task.WaitAsync(Deadline);
        }
    }

    /// <summary>Asks it to stop.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static bool IsOfThisRun(string name) => OfThisRun.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private void Add(string? line)
    {
        if (line is null) return;
        lock (_output)
        {
            _output.AppendLine(line);
            foreach (var (text, said) in _awaited)
            {
                if (line.Contains(text, StringComparison.Ordinal)) said.TrySetResult();
            }
        }
    }
}
