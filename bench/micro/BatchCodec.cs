using BenchmarkDotNet.Attributes;
using DLedger.Core;

namespace DLedger.Micro;

/// <summary>A batch of 64 entries to bytes and back; per entry.</summary>
public class BatchCodec
{
    private ReadOnlyMemory<byte>[] _bodies = [];
    private ReadOnlyMemory<byte> _encoded;
    private Batch _batch = null!;

    [Params(16, 128, 1024)]
    public int EntryBytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _bodies = Sample.Bodies(Sample.Entries, EntryBytes);
        _batch = Batch.Entries(Tail.Empty, Sample.Term, _bodies);
        _encoded = _batch.Encoded;
    }

    [Benchmark(OperationsPerInvoke = Sample.Entries)]
    public object Encode() => Batch.Entries(Tail.Empty, Sample.Term, _bodies);

    [Benchmark(OperationsPerInvoke = Sample.Entries)]
    public bool Decode() => Batch.TryDecode(_encoded, out _);

    [Benchmark(OperationsPerInvoke = Sample.Entries)]
    public int WalkBodies()
    {
        var bytes = 0;
        foreach (var body in _batch.Bodies) bytes += body.Length;
        return bytes;
    }
}
