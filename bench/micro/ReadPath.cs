using BenchmarkDotNet.Attributes;
using DLedger.Core;

namespace DLedger.Micro;

/// <summary>
/// A read of 256 entries of 1 KiB (four batches of 64) from the store, from its cache and from its file, and what is made of it; per entry.
/// </summary>
public class ReadPath
{
    private const int Batches = 4;
    private const int EntriesRead = Batches * Sample.Entries;
    private const int EntryBytes = 1024;

    private readonly List<Batch> _read = [];
    private TemporaryStore _store = null!;
    private List<Batch> _batches = [];
    private LogIndex _cached;
    private int _bytesMax;

    [GlobalSetup]
    public void Setup()
    {
        // The newest 1 MiB stays in memory; what lies before it is in the file.
        _store = new TemporaryStore(cacheBytes: 1 << 20);
        var log = Sample.Log(64, Sample.Entries, EntryBytes);
        WalAddress last = default;
        foreach (var batch in log) last = _store.Append(batch);
        _store.WaitFlushed(last);
        _cached = log[^Batches].Index;
        _batches = [.. log.Take(Batches)];
        _bytesMax = _batches.Sum(batch => batch.Encoded.Length);
    }

    [GlobalCleanup]
    public void Cleanup() => _store.Dispose();

    [Benchmark(OperationsPerInvoke = EntriesRead)]
    public int FromTheCache() => Read(_cached);

    [Benchmark(OperationsPerInvoke = EntriesRead)]
    public int FromTheFile() => Read(new LogIndex(1));

    /// <summary>As the reader does it for a client.</summary>
    [Benchmark(OperationsPerInvoke = EntriesRead)]
    public int BatchesToLedgerEntries()
    {
        List<LedgerEntry> entries = [];
        foreach (var batch in _batches)
        {
            var index = batch.FirstEntry.Value;
            foreach (var body in batch.Bodies) entries.Add(new LedgerEntry(index++, batch.Term.Value, body));
        }

        return entries.Count;
    }

    private int Read(LogIndex from)
    {
        _read.Clear();
        if (_store.Reader.Read(from, _bytesMax, _read) != ReadOutcome.Found || _read.Count != Batches)
            throw new InvalidOperationException($"{_read.Count} batches.");
        return _read.Count;
    }
}
