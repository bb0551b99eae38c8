using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace DLedger.Processes.Tests;

/// <summary>A process of ours: its lines, its signals, and its certain end.</summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<(Func<string, bool> Wanted, TaskCompletionSource<string> Found)> _waiting = [];

    private ChildProcess(string name, Process process)
    {
        Name = name;
        _process = process;
        Id = process.Id;
    }

    public string Name { get; }

    public int Id { get; }

    public bool HasExited => _process.HasExited;

    public StreamWriter Input => _process.StandardInput;

    /// <summary>Starts <c>dotnet ASSEMBLY ARGUMENTS</c> with the assembly beside this one. Lines of both outputs are kept.</summary>
    public static ChildProcess Start(string name, string assembly, IEnumerable<string> arguments, int? openFiles = null)
    {
        var child = new ChildProcess(name, Run(assembly, arguments, openFiles));
        child._process.OutputDataReceived += (_, line) => child.Heard(line.Data);
        child._process.ErrorDataReceived += (_, line) => child.Heard(line.Data);
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>The same, with its outputs left to the caller.</summary>
    /// <param name="openFiles">How many files and sockets it may have open; null for no limit of its own.</param>
    public static Process Run(string assembly, IEnumerable<string> arguments, int? openFiles = null)
    {
        var dotnet = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var start = new ProcessStartInfo(openFiles is null ? dotnet : "sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Utf8,
            StandardOutputEncoding = Utf8,
            StandardErrorEncoding = Utf8,
        };
        if (openFiles is { } most)
        {
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"ulimit -n {most}; exec \"$0\" \"$@\""));
            start.ArgumentList.Add(dotnet);
        }

        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, assembly));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    /// <summary>The first line, said already or to come, that is wanted; fails when the process ends without it.</summary>
    public Task<string> LineAsync(Func<string, bool> wanted, string what)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_lines.Find(line => wanted(line)) is { } said) return Task.FromResult(said);
            _waiting.Add((wanted, found));
        }

        return FoundOrEndedAsync(found, what);
    }

    /// <summary>The next line that is wanted: what was said before does not count.</summary>
    public Task<string> NextLineAsync(Func<string, bool> wanted, string what)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate) _waiting.Add((wanted, found));
        return FoundOrEndedAsync(found, what);
    }

    public IReadOnlyList<string> Lines()
    {
        lock (_gate) return [.. _lines];
    }

    /// <summary>kill -9.</summary>
    public void Kill() => _process.Kill();

    public void Pause() => Signals.Pause(Id);

    public void Resume() => Signals.Resume(Id);

    public void Terminate() => Signals.Terminate(Id);

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().Within($"the end of {Name}");
        return _process.ExitCode;
    }

    public void Dispose()
    {
        // kill -9 also ends a process that is paused.
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private async Task<string> FoundOrEndedAsync(TaskCompletionSource<string> found, string what)
    {
        // WaitForExitAsync also waits for the last line.
        var ended = _process.WaitForExitAsync();
        await Task.WhenAny(found.Task, ended).Within($"{Name}: {what}");
        if (found.Task.IsCompleted) return await found.Task;
        throw new ScenarioFailedException($"{Name} ended without: {what}; it said: {string.Join(" | ", Lines().TakeLast(5))}");
    }

    private void Heard(string? line)
    {
        if (line is null) return;
        lock (_gate)
        {
            _lines.Add(line);
            for (var i = _waiting.Count - 1; i >= 0; i--)
            {
                if (!_waiting[i].Wanted(line)) continue;
                _waiting[i].Found.TrySetResult(line);
                _waiting.RemoveAt(i);
            }
        }
    }
}
