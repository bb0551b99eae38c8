using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace DLedger.Compare;

/// <summary>
/// A process that never outlives this one: it is ended when this object is disposed of, and at the latest when this process exits. Its last lines are
/// kept.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int TailLinesMax = 12;

    private static readonly ConcurrentDictionary<int, ChildProcess> Running = new();

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _tail = new();
    private volatile string? _lastOutput;

    static ChildProcess()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            foreach (var child in Running.Values) child.Kill();
        };
    }

    private ChildProcess(Process process)
    {
        _process = process;
        Pid = process.Id;
        Running[Pid] = this;
    }

    public int Pid { get; }

    /// <summary>The last line of its output, without those on the error stream.</summary>
    public string? LastOutput => _lastOutput;

    /// <summary>Its last lines in one, for a message.</summary>
    public string Tail => string.Join(" | ", _tail);

    public static ChildProcess Start(string file, IEnumerable<string> arguments, string folder)
    {
        // A standard input of its own, closed at once: none of them reads the terminal.
        var info = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var process = new Process { StartInfo = info };
        try
        {
            process.Start();
        }
        catch (Win32Exception trouble)
        {
            process.Dispose();
            throw new ComparisonFailedException(
                $"'{file}' cannot be started: {trouble.Message} (bench/compare/run installs what is missing)", trouble);
        }

        var child = new ChildProcess(process);
        process.StandardInput.Close();
        process.OutputDataReceived += (_, line) => child.Keep(line.Data, isOutput: true);
        process.ErrorDataReceived += (_, line) => child.Keep(line.Data, isOutput: false);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    /// <summary>This program once more, in another role.</summary>
    public static ChildProcess StartSelf(string role, string plan, string folder)
    {
        var program = Environment.ProcessPath!;
        string[] before = Path.GetFileNameWithoutExtension(program) == "dotnet" ? ["exec", typeof(ChildProcess).Assembly.Location] : [];
        return Start(program, [.. before, role, plan], folder);
    }

    /// <summary>Its exit code, once it has ended and all its lines are here.</summary>
    public async Task<int> EndedAsync(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await _process.WaitForExitAsync().ConfigureAwait(false);
        Running.TryRemove(Pid, out _);
        _process.Dispose();
    }

    private void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }

    private void Keep(string? line, bool isOutput)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        if (isOutput) _lastOutput = line;
        _tail.Enqueue(line);
        while (_tail.Count > TailLinesMax) _tail.TryDequeue(out _);
    }
}
