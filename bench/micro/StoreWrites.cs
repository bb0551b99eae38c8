using BenchmarkDotNet.Attributes;
using DLedger.Core;

namespace DLedger.Micro;

/// <summary>
/// Batches of 64 entries of 128 bytes given to the real store, and the wait for their sync; per batch. Includes the encoding of the batch, and what
/// the disk's thread allocates.
/// </summary>
public class StoreWrites
{
    private const int Together = 16;

    private ReadOnlyMemory<byte>[] _bodies = [];
    private TemporaryStore _store = null!;

    [GlobalSetup]
    public void Setup()
    {
        _bodies = Sample.Bodies(Sample.Entries, 128);
        _store = new TemporaryStore(cacheBytes: 0);
    }

    [GlobalCleanup]
    public void Cleanup() => _store.Dispose();

    [Benchmark(Baseline = true)]
    public void OneBatchASync() => _store.WaitFlushed(Append());

    [Benchmark(OperationsPerInvoke = Together)]
    public void SixteenBatchesTogether()
    {
        WalAddress last = default;
        for (var i = 0; i < Together; i++) last = Append();
        _store.WaitFlushed(last);
    }

    private WalAddress Append() => _store.Append(Batch.Entries(_store.Writer.Tail, Sample.Term, _bodies));
}
