using System.Diagnostics;
using System.Text;
using System.Threading.Channels;

namespace DLedger.Host.Tests;

/// <summary>The built <c>dledger.dll</c> as a process of its own.</summary>
internal sealed class DLedgerProcess : IAsyncDisposable
{
    private static readonly TimeSpan HangTimeout = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly StringBuilder _error = new();

    private DLedgerProcess(string folder, string[] arguments, string? redirections = null)
    {
        var start = new ProcessStartInfo(redirections is null ? "dotnet" : "sh")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        if (redirections is not null)
        {
            foreach (var argument in (string[])["-c", $"exec dotnet \"$@\" {redirections}", "sh"]) start.ArgumentList.Add(argument);
        }

        start.ArgumentList.Add(typeof(DLedgerCommandLine).Assembly.Location);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text) _lines.Writer.TryWrite(text);
            else _lines.Writer.TryComplete();
        };
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_error)
            {
                if (line.Data is { } text) _error.Append(text).Append('\n');
            }
        };
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Starts a server and waits until its output holds <paramref name="ready"/>.</summary>
    public static async Task<DLedgerProcess> ServerAsync(string folder, string ready, params string[] arguments)
    {
        var server = new DLedgerProcess(folder, ["server", .. arguments]);
        await server.ReadUntilAsync(ready);
        return server;
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<CommandRun> RunAsync(string folder, string? input, params string[] arguments)
    {
        await using var command = new DLedgerProcess(folder, arguments);
        if (input is not null) await command._process.StandardInput.WriteAsync(input);
        command._process.StandardInput.Close();
        return await command.EndAsync();
    }

    /// <summary>Starts a command with redirections as a shell writes them: <c>&gt;/dev/full</c>, <c>&lt;&amp;-</c>.</summary>
    public static DLedgerProcess Redirected(string folder, string redirections, params string[] arguments) => new(folder, arguments, redirections);

    /// <summary>Runs a command with redirections as a shell writes them, to its end.</summary>
    public static async Task<CommandRun> RunRedirectedAsync(string folder, string? input, string redirections, params string[] arguments)
    {
        await using var command = new DLedgerProcess(folder, arguments, redirections);
        if (input is not null) await command._process.StandardInput.WriteAsync(input);
        command._process.StandardInput.Close();
        return await command.EndAsync();
    }

    public async Task ReadUntilAsync(string text)
    {
        using var deadline = new CancellationTokenSource(HangTimeout);
        var seen = new StringBuilder();
        while (await _lines.Reader.WaitToReadAsync(deadline.Token))
        {
            while (_lines.Reader.TryRead(out var line))
            {
                seen.Append(line).Append('\n');
                if (line.Contains(text, StringComparison.Ordinal)) return;
            }
        }

        throw new InvalidOperationException($"The process ended without '{text}': {seen}{Error}");
    }

    /// <summary>Sends SIGTERM and waits for a clean end.</summary>
    public Task<CommandRun> StopAsync() => StopAsync("TERM");

    /// <summary>Sends a signal and waits for the end.</summary>
    public async Task<CommandRun> StopAsync(string signal)
    {
        using (var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        return await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private string Error
    {
        get
        {
            lock (_error) return _error.ToString();
        }
    }

    private async Task<CommandRun> EndAsync()
    {
        using var deadline = new CancellationTokenSource(HangTimeout);
        await _process.WaitForExitAsync(deadline.Token);
        var output = new StringBuilder();
        await foreach (var line in _lines.Reader.ReadAllAsync(deadline.Token)) output.Append(line).Append('\n');
        return new CommandRun(_process.ExitCode, Encoding.UTF8.GetBytes(output.ToString()), Error);
    }
}
