using BenchmarkDotNet.Attributes;
using DLedger.Core;
using DLedger.Storage.Faster;

namespace DLedger.Micro;

/// <summary>
/// The store's envelope around a batch of 64 entries of 128 bytes, as it is written into FASTER's memory and as it is read back; per frame.
/// </summary>
public class FrameCodec
{
    private const long Address = 4096;

    private Batch _batch = null!;
    private byte[] _record = [];

    [GlobalSetup]
    public void Setup()
    {
        _batch = Sample.Log(1, Sample.Entries, 128)[0];
        _record = new byte[Frame.SizeOf(_batch.Encoded.Length)];
        BitConverter.TryWriteBytes(_record, Frame.EnvelopeBytes + _batch.Encoded.Length);
        EncodeRecord();
    }

    [Benchmark]
    public void EncodeEnvelope() => FrameOfBatch().Encode(_record.AsSpan(Frame.FasterHeaderBytes));

    [Benchmark]
    public void EncodeRecord() => new FrameRecord(FrameOfBatch(), _batch.Encoded).SerializeTo(_record.AsSpan(Frame.FasterHeaderBytes));

    [Benchmark]
    public bool DecodeEnvelope() => Frame.TryDecode(_record.AsSpan(Frame.FasterHeaderBytes), Address, out _);

    [Benchmark]
    public bool DecodeRecord() => Frame.TryDecodeRecord(_record, Address, out _);

    private Frame FrameOfBatch() =>
        new(FrameKind.Batch, _batch.Encoded.Length, Address, Sequence: 1, FlushedTo: 0, Incarnation: 1, Group: 0, _batch.Checksum);
}
