using System.Diagnostics;

namespace DLedger.Processes.Tests;

/// <summary>Appends numbered lines at a steady, modest pace from a client of its own, and keeps the answers.</summary>
internal sealed class Load : IAsyncDisposable
{
    private const int PerTurn = 4;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(10);

    private readonly DLedgerClient _client;
    private readonly History _history;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<(long Count, TaskCompletionSource Reached)> _waiting = [];
    private readonly Task _run;
    private readonly List<Task> _open = [];
    private Exception? _violation;
    private long _committed;
    private long _lastCommit = Stopwatch.GetTimestamp();
    private TimeSpan _longestGap;
    private long _next;

    public Load(DLedgerClient client, History history, long firstNumber = 0)
    {
        _client = client;
        _history = history;
        _next = firstNumber;
        _run = Task.Run(RunAsync);
    }

    public long Committed => Interlocked.Read(ref _committed);

    /// <summary>The number of the next line; a later load goes on from there.</summary>
    public long NextNumber => Interlocked.Read(ref _next);

    /// <summary>The longest time between two commits since the last call, the running one included.</summary>
    public TimeSpan TakeLongestGap()
    {
        lock (_gate)
        {
            var running = Stopwatch.GetElapsedTime(_lastCommit);
            var longest = running > _longestGap ? running : _longestGap;
            _longestGap = TimeSpan.Zero;
            return longest;
        }
    }

    /// <summary>Completes when so many more entries are committed.</summary>
    public Task MoreAsync(long count)
    {
        lock (_gate)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_violation is not null) reached.SetException(_violation);
            else _waiting.Add((_committed + count, reached));
            return reached.Task.Within($"{count} more commits");
        }
    }

    /// <summary>Sends no more and waits for every answer.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _run.Within("the end of the load");
        await Task.WhenAll(_open).Within("the last answers");
        lock (_gate)
        {
            if (_violation is not null) throw new ScenarioFailedException(_violation.Message, _violation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        await _client.DisposeAsync();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Turn);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                _open.RemoveAll(static task => task.IsCompletedSuccessfully);
                for (var i = 0; i < PerTurn; i++)
                {
                    var body = RealText.Line(Interlocked.Increment(ref _next) - 1);
                    _open.Add(TakeAnswerAsync(body, await _client.SubmitAsync(System.Text.Encoding.UTF8.GetBytes(body))));
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // That is how a load ends.
        }
    }

    private async Task TakeAnswerAsync(string body, Task<AppendResult> answer)
    {
        var result = await answer;
        try
        {
            _history.Add(body, result);
        }
        catch (ScenarioFailedException violation)
        {
            lock (_gate)
            {
                _violation ??= violation;
                foreach (var (_, reached) in _waiting) reached.TrySetException(violation);
                _waiting.Clear();
            }

            return;
        }

        if (result is not AppendResult.Committed) return;
        lock (_gate)
        {
            _committed++;
            var gap = Stopwatch.GetElapsedTime(_lastCommit);
            if (gap > _longestGap) _longestGap = gap;
            _lastCommit = Stopwatch.GetTimestamp();
            for (var i = _waiting.Count - 1; i >= 0; i--)
            {
                if (_waiting[i].Count > _committed) continue;
                _waiting[i].Reached.SetResult();
                _waiting.RemoveAt(i);
            }
        }
    }
}
