namespace DLedger.Compare;

/// <summary>The server processes of one contender, and where a client finds them.</summary>
/// <param name="target">In words that the contender's client understands.</param>
internal sealed class ServerProcesses(string target, IReadOnlyList<ChildProcess> processes) : IAsyncDisposable
{
    public static ServerProcesses None { get; } = new("", []);

    public string Target => target;

    public IReadOnlyList<int> Pids => [.. processes.Select(process => process.Pid)];

    /// <summary>What they said last, for a message.</summary>
    public string Tail => string.Join(" || ", processes.Select(process => process.Tail).Where(tail => tail.Length > 0));

    /// <summary>Starts one after the other; when one cannot be, those before it are ended.</summary>
    public static ServerProcesses Start(string target, int count, Func<int, ChildProcess> start)
    {
        var started = new List<ChildProcess>();
        try
        {
            for (var i = 0; i < count; i++) started.Add(start(i));
        }
        catch
        {
            foreach (var process in started) process.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }

        return new ServerProcesses(target, started);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes) await process.DisposeAsync().ConfigureAwait(false);
    }
}
