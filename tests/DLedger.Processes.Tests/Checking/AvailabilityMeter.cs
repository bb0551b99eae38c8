namespace DLedger.Processes.Tests;

/// <summary>How much of the time appends were acknowledged, from the first invoke of an append to the last.</summary>
internal sealed class AvailabilityMeter
{
    private const long Second = 1_000_000_000;
    private const long NanosecondsPerTick = 100;

    private readonly List<long> _secondsWithOk = [];
    private long? _first;
    private long _last;
    private long _lastOk;
    private long _longestGap;

    public void Invoked(long time)
    {
        if (_first is null) _first = _lastOk = time;
        _last = time;
    }

    public void Ok(long time)
    {
        if (_first is not { } first) return;
        _longestGap = Math.Max(_longestGap, time - _lastOk);
        _lastOk = time;
        var second = (time - first) / Second;
        if (_secondsWithOk.Count == 0 || _secondsWithOk[^1] != second) _secondsWithOk.Add(second);
    }

    public long Seconds => (_last - (_first ?? 0)) / Second;

    public long SecondsWithOk => _secondsWithOk.Count(second => second < Seconds);

    /// <summary>The one that is still running when the last append begins counts, too.</summary>
    public TimeSpan LongestGap => TimeSpan.FromTicks(Math.Max(_longestGap, _last - _lastOk) / NanosecondsPerTick);
}
