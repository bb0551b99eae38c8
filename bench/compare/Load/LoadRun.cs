using System.Diagnostics;
using HdrHistogram;

namespace DLedger.Compare;

/// <summary>Appends to a contender, in a closed loop or at a fixed rate, and measures. The same for everybody.</summary>
internal sealed class LoadRun(IContender contender, LoadPlan plan)
{
    private const long HighestUs = 120_000_000;
    private const int Digits = 3;
    private static readonly TimeSpan ErrorPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan DrainMax = TimeSpan.FromSeconds(30);

    private readonly byte[] _body = Fill(plan.SizeBytes);
    private readonly HistogramBase _latencyUs = HistogramFactory.With64BitBucketSize().WithValuesUpTo(HighestUs).WithPrecisionOf(Digits)
        .WithThreadSafeWrites().Create();
    private volatile string? _firstError;
    private volatile bool _ended;
    private volatile bool _measuring;
    private long _errors;

    public Task<LoadResult> RunAsync(CancellationToken stop) => plan.RatePerSecond == 0 ? ClosedAsync(stop) : AtRateAsync(stop);

    private async Task<LoadResult> ClosedAsync(CancellationToken stop)
    {
        var loops = StartLoops();
        await Task.Delay(TimeSpan.FromSeconds(plan.WarmUpSeconds), stop).ConfigureAwait(false);
        var window = Window.Open(plan);
        _measuring = true;
        await Task.Delay(TimeSpan.FromSeconds(plan.Seconds), stop).ConfigureAwait(false);
        _measuring = false;
        window.Close();
        await EndAsync(loops, stop).ConfigureAwait(false);
        return Result(window, unsent: 0);
    }

    private Task[] StartLoops()
    {
        var loops = new Task[plan.Outstanding];
        for (var i = 0; i < loops.Length; i++) loops[i] = LoopAsync();
        return loops;
    }

    private async Task EndAsync(Task[] loops, CancellationToken stop)
    {
        _ended = true;
        await Task.WhenAll(loops).WaitAsync(DrainMax, stop).ConfigureAwait(false);
    }

    private async Task LoopAsync()
    {
        // So that starting the loops does not run the first of them on the caller's thread.
        await Task.Yield();
        while (!_ended)
        {
            var sent = Stopwatch.GetTimestamp();
            if (!await TryAppendAsync().ConfigureAwait(false)) await Task.Delay(ErrorPause).ConfigureAwait(false);
            else if (_measuring) Record(sent);
        }
    }

    /// <summary>
    /// Appends are due at even distances, and their time runs from when they were due: one that could not be sent in time, because the log was slow
    /// with those before, has waited all the same. What is due in the window counts, whenever it is answered. The warm-up is a closed loop, since a
    /// slow rate would leave everybody's code cold.
    /// </summary>
    private async Task<LoadResult> AtRateAsync(CancellationToken stop)
    {
        var loops = StartLoops();
        await Task.Delay(TimeSpan.FromSeconds(plan.WarmUpSeconds), stop).ConfigureAwait(false);
        await EndAsync(loops, stop).ConfigureAwait(false);
        using var room = new SemaphoreSlim(plan.Outstanding);
        var count = (long)(plan.Seconds * plan.RatePerSecond);
        var window = Window.Open(plan);
        var sent = await Task.Factory.StartNew(
            () => Pace(count, window, room, stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        window.Close();
        for (var i = 0; i < plan.Outstanding; i++)
        {
            if (!await room.WaitAsync(DrainMax, stop).ConfigureAwait(false)) throw new ComparisonFailedException("appends were not answered");
        }

        return Result(window, count - sent);
    }

    /// <summary>How many were sent, of those due. A log that is too slow for the rate does not make the window longer.</summary>
    private long Pace(long count, Window window, SemaphoreSlim room, CancellationToken stop)
    {
        var pacer = new Pacer(plan.RatePerSecond);
        var sent = 0L;
        for (; sent < count && !window.IsOver; sent++)
        {
            var due = pacer.WaitFor(sent);
            room.Wait(stop);
            _ = AppendDueAsync(due, room);
        }

        return sent;
    }

    private async Task AppendDueAsync(long due, SemaphoreSlim room)
    {
        if (await TryAppendAsync().ConfigureAwait(false)) Record(due);
        room.Release();
    }

    private async ValueTask<bool> TryAppendAsync()
    {
        try
        {
            await contender.AppendAsync(_body).ConfigureAwait(false);
            return true;
        }
        catch (Exception trouble)
        {
            // Whatever a rival's client throws: the run goes on, and its row says that it is not clean. Errors of the warm-up count too.
            Interlocked.Increment(ref _errors);
            _firstError ??= $"{trouble.GetType().Name}: {trouble.Message.ReplaceLineEndings(" ")}";
            return false;
        }
    }

    private void Record(long since) => _latencyUs.RecordValue(Math.Clamp((long)Stopwatch.GetElapsedTime(since).TotalMicroseconds, 1, HighestUs));

    private LoadResult Result(Window window, long unsent) => new(
        Math.Round(window.Seconds, 3),
        _latencyUs.TotalCount,
        _errors,
        _firstError,
        unsent,
        Ms(50),
        Ms(99),
        Ms(99.9),
        Ms(100),
        window.Servers,
        window.Client);

    private double Ms(double percentile) => _latencyUs.TotalCount == 0 ? 0 : _latencyUs.GetValueAtPercentile(percentile) / 1000.0;

    private static byte[] Fill(int size)
    {
        // Not zeros: nothing that compresses may flatter a result. Always the same, so that runs compare.
        var body = new byte[size];
        var state = 0x9E3779B9u;
        for (var i = 0; i < size; i++)
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            body[i] = (byte)state;
        }

        return body;
    }
}
