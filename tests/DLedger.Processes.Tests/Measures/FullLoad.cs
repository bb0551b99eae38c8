using System.Diagnostics;

namespace DLedger.Processes.Tests;

/// <summary>So many appends of one size under way at any time, from one client; counts what is committed.</summary>
internal sealed class FullLoad : IAsyncDisposable
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(20);

    private readonly DLedgerClient _client;
    private readonly byte[] _body;
    private readonly Task[] _loops;
    private volatile bool _ended;
    private volatile string? _firstFailure;
    private long _committed;
    private long _failed;
    private long _lastIndex = -1;

    /// <param name="client">Ended with the load; its <c>OutstandingMax</c> must not be below <paramref name="outstanding"/>.</param>
    /// <param name="sizeBytes">Of each entry; its bytes do not compress.</param>
    /// <param name="outstanding">Appends under way.</param>
    public FullLoad(DLedgerClient client, int sizeBytes, int outstanding)
    {
        _client = client;
        _body = new byte[sizeBytes];
        new Random(sizeBytes).NextBytes(_body);
        _loops = new Task[outstanding];
        for (var i = 0; i < outstanding; i++) _loops[i] = Task.Run(LoopAsync);
    }

    public long Committed => Interlocked.Read(ref _committed);

    public long Failed => Interlocked.Read(ref _failed);

    public string? FirstFailure => _firstFailure;

    /// <summary>The highest entry index that was acknowledged.</summary>
    public long LastIndex => Interlocked.Read(ref _lastIndex);

    /// <summary>Waits until so many more are committed.</summary>
    /// <returns>Entries per second, over that time.</returns>
    public async Task<double> CommitAsync(long entries)
    {
        var before = Committed;
        var since = Stopwatch.GetTimestamp();
        while (Committed - before < entries)
        {
            await Waits.HoldAsync(LookAgainAfter);
            Expect.Equal(0, Failed, $"appends that failed, the first with {FirstFailure}");
        }

        return (Committed - before) / Stopwatch.GetElapsedTime(since).TotalSeconds;
    }

    /// <returns>Entries per second, over the time that follows.</returns>
    public async Task<double> RateAsync(TimeSpan time)
    {
        var before = Committed;
        var since = Stopwatch.GetTimestamp();
        await Waits.HoldAsync(time);
        return (Committed - before) / Stopwatch.GetElapsedTime(since).TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        _ended = true;
        await Task.WhenAll(_loops).Within("the last answers of the load");
        await _client.DisposeAsync();
    }

    private async Task LoopAsync()
    {
        while (!_ended)
        {
            var result = await _client.AppendAsync(_body);
            if (result is AppendResult.Committed committed)
            {
                Interlocked.Increment(ref _committed);
                Raise(committed.Index);
            }
            else
            {
                Interlocked.Increment(ref _failed);
                _firstFailure ??= result.ToString();
            }
        }
    }

    private void Raise(long index)
    {
        for (var seen = LastIndex; index > seen;)
        {
            var found = Interlocked.CompareExchange(ref _lastIndex, index, seen);
            if (found == seen) return;
            seen = found;
        }
    }
}
