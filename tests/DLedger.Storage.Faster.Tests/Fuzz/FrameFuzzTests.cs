using System.Buffers.Binary;
using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests.Fuzz;

/// <summary>The decoder of frames, which reads whatever a disk gives back.</summary>
public sealed class FrameFuzzTests
{
    private const int Inputs = 400_000;
    private const int EnvelopeCrcOffset = 44;

    [Fact]
    public void Random_bytes_are_refused()
    {
        var random = new Random(11);
        var refused = 0;
        for (var i = 0; i < Inputs; i++)
        {
            var bytes = new byte[random.Next(160)];
            random.NextBytes(bytes);
            if (i % 2 == 0 && bytes.Length > Frame.OverheadBytes)
            {
                BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length - Frame.FasterHeaderBytes);
                Frame.MagicBytes.CopyTo(bytes.AsSpan(Frame.FasterHeaderBytes));
                bytes[Frame.FasterHeaderBytes + 3] = (byte)(0x20 | random.Next(1, 5));
            }

            if (!Frame.TryDecodeRecord(bytes, random.Next(100_000), out _)) refused++;
        }

        Assert.Equal(Inputs, refused);
    }

    [Fact]
    public void A_frame_with_any_change_or_at_another_address_is_refused()
    {
        var random = new Random(12);
        int refused = 0, unchanged = 0;
        for (var i = 0; i < Inputs; i++)
        {
            var (record, frame) = Some(random);
            if (i % 10 == 0)
            {
                Assert.True(Frame.TryDecodeRecord(record, frame.Address, out var whole));
                Assert.Equal(frame, whole);
                if (!Frame.TryDecodeRecord(record, frame.Address + random.Next(1, 100), out _)) refused++;
                continue;
            }

            var changed = Mutation.Of(random, record);
            // Behind the frame FASTER aligns; what is there belongs to nobody.
            if (changed.Length >= record.Length && changed.AsSpan(0, record.Length).SequenceEqual(record)) unchanged++;
            else if (!IsWhole(changed, frame.Address)) refused++;
        }

        Assert.Equal(Inputs - unchanged, refused);
        Assert.True(unchanged < Inputs / 10, $"{unchanged} inputs were not changed at all.");
    }

    [Fact]
    public void An_envelope_that_passes_its_CRC_with_wrong_numbers_stays_within_its_record()
    {
        var random = new Random(13);
        int taken = 0, refused = 0;
        for (var i = 0; i < Inputs; i++)
        {
            var (record, frame) = Some(random);
            var changed = Mutation.Of(random, record);
            if (changed.Length < Frame.OverheadBytes) continue;
            var envelope = changed.AsSpan(Frame.FasterHeaderBytes);
            BinaryPrimitives.WriteUInt32LittleEndian(envelope[EnvelopeCrcOffset..], Crc32C.Of(envelope[..EnvelopeCrcOffset]));
            if (!Frame.TryDecodeRecord(changed, frame.Address, out var decoded))
            {
                refused++;
                continue;
            }

            taken++;
            Assert.InRange(decoded.PayloadBytes, 0, changed.Length - Frame.OverheadBytes);
            Assert.True(decoded.FlushedTo <= decoded.Address && decoded.Sequence > 0);
        }

        Assert.True(taken > 1_000 && refused > 1_000, $"{taken} taken, {refused} refused.");
    }

    /// <summary>What the scan takes: a frame, and in it a batch that decodes.</summary>
    private static bool IsWhole(byte[] record, long address) =>
        Frame.TryDecodeRecord(record, address, out var frame)
        && (frame.Kind != FrameKind.Batch || Batch.TryDecode(record.AsMemory(Frame.OverheadBytes, frame.PayloadBytes), out _));

    private static (byte[] Record, Frame Frame) Some(Random random)
    {
        var kind = (FrameKind)random.Next(1, 5);
        var tail = new Tail(
            new LogIndex(random.Next(100)), new Term(random.Next(100)), new EntryIndex(random.Next(100)), new LogTime(random.Next(100)));
        var payload = kind switch
        {
            FrameKind.Batch =>
                Batch.Entries(Tail.Empty, new Term(random.Next(1, 9)), [new byte[random.Next(16)], new byte[random.Next(16)]]).Encoded.ToArray(),
            FrameKind.Mark => [],
            FrameKind.Truncate => RecordWriter.ToArray(tail, static (ref RecordWriter writer, Tail tail) => writer.Tail(tail)),
            _ =>
                RecordWriter.ToArray(
                    new LogBase(tail, new byte[random.Next(20)]), static (ref RecordWriter writer, LogBase logBase) => writer.Base(logBase)),
        };
        var payloadCrc = kind == FrameKind.Batch ? Batch.PeekChecksum(payload) : Crc32C.Of(payload);
        var address = 4L * random.Next(16, 1_000_000);
        var frame = new Frame(
            kind, payload.Length, address, random.NextInt64(1, 1 << 40), random.NextInt64(address + 1), (uint)random.Next(), 1, payloadCrc);
        var record = new byte[Frame.OverheadBytes + payload.Length];
        BinaryPrimitives.WriteInt32LittleEndian(record, record.Length - Frame.FasterHeaderBytes);
        frame.Encode(record.AsSpan(Frame.FasterHeaderBytes));
        payload.CopyTo(record, Frame.OverheadBytes);
        return (record, frame);
    }
}
