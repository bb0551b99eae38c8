using HdrHistogram;

namespace DLedger.Host;

/// <summary>A closed loop: as many appends under way as asked for, each followed by the next as soon as it is answered.</summary>
internal sealed class BenchRun(ILedgerClient client, BenchPlan plan, TimeProvider time)
{
    private const long HighestUs = 120_000_000;
    private const int Digits = 3;

    private readonly byte[] _body = Fill(plan.SizeBytes);
    private readonly HistogramBase _latencyUs = HistogramFactory.With64BitBucketSize().WithValuesUpTo(HighestUs).WithPrecisionOf(Digits)
        .WithThreadSafeWrites().Create();
    private readonly TaskCompletionSource<AppendResult.Rejected> _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _measuring;
    private volatile bool _ended;
    private volatile string? _firstError;
    private long _errors;

    /// <summary>Interrupted, it reports what was measured until then; throws <see cref="OperationCanceledException"/> when nothing was.</summary>
    public async Task<BenchReport> RunAsync(int nodes, string durability, CancellationToken cancellation)
    {
        var loops = new Task[plan.Outstanding];
        for (var i = 0; i < loops.Length; i++) loops[i] = LoopAsync(cancellation);
        if (!await LastAsync(plan.WarmUp, cancellation).ConfigureAwait(false)) throw new OperationCanceledException(cancellation);
        var allocated = GC.GetTotalAllocatedBytes();
        var started = time.GetTimestamp();
        _measuring = true;
        var isWhole = await LastAsync(plan.Duration, cancellation).ConfigureAwait(false);
        _measuring = false;
        var elapsed = time.GetElapsedTime(started);
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        _ended = true;

        // What is under way when it is interrupted need not be awaited: closing the client ends it.
        if (isWhole) await Task.WhenAll(loops).WaitAsync(cancellation).ConfigureAwait(false);
        var entries = _latencyUs.TotalCount;
        return new BenchReport(
            plan.SizeBytes,
            plan.Outstanding,
            nodes,
            durability,
            elapsed.TotalSeconds,
            entries,
            _errors,
            _firstError,
            Ms(50),
            Ms(99),
            Ms(99.9),
            Ms(100),
            entries == 0 ? 0 : (double)allocated / entries)
        {
            IsInterrupted = !isWhole,
        };
    }

    /// <summary>False: interrupted before its time. Throws when there is nothing left to measure.</summary>
    private async Task<bool> LastAsync(TimeSpan length, CancellationToken cancellation)
    {
        if (await Task.WhenAny(Task.Delay(length, time, cancellation), _over.Task).ConfigureAwait(false) is not Task<AppendResult.Rejected> over)
            return !cancellation.IsCancellationRequested;

        _ended = true;
        var rejected = await over.ConfigureAwait(false);
        throw new OperationFailedException($"the measurement ended early: {Describe.Rejection(rejected.Reason, rejected.Detail)}");
    }

    private async Task LoopAsync(CancellationToken cancellation)
    {
        // So that starting the loops does not run the first of them on the caller's thread.
        await Task.Yield();
        while (!_ended && !cancellation.IsCancellationRequested)
        {
            var sent = time.GetTimestamp();
            // Without the token: thousands that register with one source would be part of what is measured. Closing the client ends what is under
            // way.
            var result = await client.AppendAsync(_body, CancellationToken.None).ConfigureAwait(false);
            if (result is not AppendResult.Committed)
            {
                // Errors of the warm-up count too: a run that had any is not clean.
                Interlocked.Increment(ref _errors);
                _firstError ??= result.ToString();
                if (result is AppendResult.Rejected { Reason: RejectReason.Stopping } rejected)
                {
                    // The client is closed, or the group is: every further one would be refused at once, for ever.
                    _over.TrySetResult(rejected);
                    return;
                }
            }
            else if (_measuring)
            {
                _latencyUs.RecordValue(Math.Clamp((long)time.GetElapsedTime(sent).TotalMicroseconds, 1, HighestUs));
            }
        }
    }

    private double Ms(double percentile) => _latencyUs.TotalCount == 0 ? 0 : _latencyUs.GetValueAtPercentile(percentile) / 1000.0;

    private static byte[] Fill(int size)
    {
        // Not zeros: a file system or a link that compresses must not flatter the result. Always the same, so that runs compare.
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
