using BenchmarkDotNet.Attributes;
using DLedger.Client;

namespace DLedger.Micro;

/// <summary>
/// What a client does with its callers' appends: promised, packed into one request, completed by one answer; per entry of 128 bytes, as many as fill
/// a request.
/// </summary>
public class ClientPath
{
    private const int Entries = 480;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly List<PendingAppend> _dropped = [];
    private readonly AppendPipeline _pipeline = new(Guid.Empty, window: 8, packBytes: 64 << 10, Timeout);
    private ReadOnlyMemory<byte>[] _bodies = [];

    [GlobalSetup]
    public void Setup() => _bodies = Sample.Bodies(Entries, 128);

    [Benchmark(Baseline = true, OperationsPerInvoke = Entries)]
    public int Promise()
    {
        var count = 0;
        foreach (var body in _bodies) count += new PendingAppend(body).Count;
        return count;
    }

    [Benchmark(OperationsPerInvoke = Entries)]
    public long PromisePackAndComplete()
    {
        foreach (var body in _bodies) _pipeline.Add(new PendingAppend(body) { Deadline = Timeout });
        var request = _pipeline.Next(TimeSpan.Zero, _dropped)!;
        long index = 0;
        foreach (var append in request.Appends) append.Finish(new AppendResult.Committed(index++, append.Count, Sample.Term.Value));
        _pipeline.Completed(request);
        return index;
    }
}
