using BenchmarkDotNet.Attributes;
using DLedger.Core;

namespace DLedger.Micro;

/// <summary>CRC32C over a header, an entry, a full batch.</summary>
public class Checksum
{
    private byte[] _bytes = [];

    [Params(44, 1024, 64 * 1024)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _bytes = new byte[Bytes];
        new Random(Bytes).NextBytes(_bytes);
    }

    [Benchmark]
    public uint Crc32c() => Crc32C.Of(_bytes);
}
