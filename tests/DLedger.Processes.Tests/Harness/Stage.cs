using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using DLedger.Remoting;

namespace DLedger.Processes.Tests;

/// <summary>
/// Where one scenario plays: a folder, the processes, an actor system for clients, the figures. Whatever happens, nothing of it is left at the end.
/// </summary>
internal sealed class Stage : IAsyncDisposable
{
    public const string Host = "dledger.dll";

    /// <summary>Names a folder that gets all that the processes say, a file each; for finding out what went wrong.</summary>
    public const string LogsVariable = "DLEDGER_PROCESSES_LOGS";

    private readonly Action<string> _say;
    private readonly string? _rows;
    private readonly string _folder = Directory.CreateTempSubdirectory("dledger-processes-").FullName;
    private readonly List<ChildProcess> _children = [];
    private readonly Stack<Func<Task>> _atEnd = [];
    private readonly List<Func<Task<string>>> _describers = [];
    private readonly List<(string Name, string Value)> _figures = [];
    private readonly EventHandler _lastResort;
    private ActorSystem? _clients;

    /// <param name="say">Takes lines of text.</param>
    /// <param name="rows">The folder for <see cref="Row"/>; null for none.</param>
    public Stage(Action<string> say, string? rows = null)
    {
        _say = say;
        _rows = rows;

        // Also when the tests are interrupted.
        _lastResort = (_, _) =>
        {
            EndChildren();
            UndoAsync().GetAwaiter().GetResult();
        };
        AppDomain.CurrentDomain.ProcessExit += _lastResort;
    }

    public IReadOnlyList<(string Name, string Value)> FiguresSoFar => _figures;

    /// <summary>An application with nothing but the client.</summary>
    public ActorSystem Clients => _clients ??= ActorSystem.Create("dledger-client", ConfigurationFactory.ParseString("""
        akka.loglevel = OFF
        akka.loggers = []
        akka.stdout-loglevel = OFF
        akka.log-dead-letters = off
        akka.log-dead-letters-during-shutdown = off
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        akka.coordinated-shutdown.exit-clr = off
        akka.remote.enabled-transports = ["akka.remote.dot-netty.tcp"]
        akka.remote.dot-netty.tcp.hostname = "127.0.0.1"
        akka.remote.dot-netty.tcp.port = 0
        akka.remote.dot-netty.tcp.maximum-frame-size = 8MiB
        """).WithFallback(RemotingConfig.Reference).WithFallback(RemotingConfig.Dispatchers));

    public string NewFolder(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;

    public string NewFile(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Say(string text) => _say(text);

    public void Figure(string name, string value)
    {
        _figures.Add((name, value));
        _say($"{name}: {value}");
    }

    /// <summary>Single values, as a line of a CSV file that is named; for pictures.</summary>
    /// <param name="file">Without folder and ending.</param>
    /// <param name="columns">The file's first line.</param>
    /// <param name="values">One for each column.</param>
    public void Row(string file, string columns, FormattableString values)
    {
        if (_rows is null) return;
        var path = Path.Combine(Directory.CreateDirectory(_rows).FullName, file + ".csv");
        if (!File.Exists(path)) File.WriteAllText(path, columns + "\n");
        File.AppendAllText(path, FormattableString.Invariant(values) + "\n");
    }

    public void Figure(string name, long value) => Figure(name, value.ToString(CultureInfo.InvariantCulture));

    public ChildProcess Start(string name, string assembly, IEnumerable<string> arguments)
    {
        var child = ChildProcess.Start(name, assembly, arguments);
        lock (_children) _children.Add(child);
        return child;
    }

    /// <summary>Starts the host with a limit of open files.</summary>
    public ChildProcess StartWith(int openFiles, string name, IEnumerable<string> arguments)
    {
        var child = ChildProcess.Start(name, Host, arguments, openFiles);
        lock (_children) _children.Add(child);
        return child;
    }

    /// <summary>Runs a command to its end, as a user would type it.</summary>
    public static async Task<CommandResult> CommandAsync(params string[] arguments)
    {
        using var process = ChildProcess.Run(Host, arguments);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().Within($"dledger {string.Join(' ', arguments)}");
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }

        return new CommandResult(process.ExitCode, await output, await error);
    }

    /// <summary>To be undone at the end, the last first, after the processes are gone.</summary>
    public void AtEnd(Func<Task> undo) => _atEnd.Push(undo);

    /// <summary>Says how something is, in case the scenario fails.</summary>
    public void DescribedBy(Func<Task<string>> describe) => _describers.Add(describe);

    /// <summary>What the processes said last, for whoever has to find out what went wrong.</summary>
    public async Task<string> LastWordsAsync()
    {
        var text = new StringBuilder();
        foreach (var describe in _describers) text.Append(await describe()).Append('\n');
        lock (_children)
        {
            foreach (var child in _children)
            {
                text.Append(CultureInfo.InvariantCulture, $"{child.Name} (process {child.Id}):\n");
                foreach (var line in child.Lines().TakeLast(25)) text.Append("    ").Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= _lastResort;
        if (_clients is not null) await _clients.Terminate();
        EndChildren();
        await UndoAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task UndoAsync()
    {
        while (_atEnd.TryPop(out var undo)) await undo();
    }

    private void EndChildren()
    {
        lock (_children)
        {
            foreach (var child in _children)
            {
                child.Dispose();
                if (Environment.GetEnvironmentVariable(LogsVariable) is { Length: > 0 } folder)
                    File.WriteAllLines(
                        Path.Combine(Directory.CreateDirectory(folder).FullName, FormattableString.Invariant($"{child.Name}-{child.Id}.log")),
                        child.Lines());
            }

            _children.Clear();
        }
    }
}
