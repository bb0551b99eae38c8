using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests;

public sealed class FrameTests
{
    private static readonly Batch SomeBatch = OpenLog.BatchAfter(Tail.Empty, 1, 100);

    [Fact]
    public void A_frame_comes_back_as_it_was_written()
    {
        var record = Record(SomeBatch, 640, out var written);
        Assert.True(Frame.TryDecodeRecord(record, 640, out var read));
        Assert.Equal(written, read);
        Assert.Equal(640 + record.Length, read.EndsAt);
    }

    [Fact]
    public void Safety_20_a_flipped_bit_anywhere_in_envelope_or_batch_is_seen()
    {
        var record = Record(SomeBatch, 640, out _);
        for (var bit = 0; bit < record.Length * 8; bit++)
        {
            record[bit / 8] ^= (byte)(1 << (bit % 8));
            var isTaken = Frame.TryDecodeRecord(record, 640, out var frame)
                && Batch.TryDecode(record.AsMemory(Frame.OverheadBytes, frame.PayloadBytes), out _);
            Assert.False(isTaken, $"Bit {bit} was not missed.");
            record[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Safety_20_a_frame_is_good_at_its_own_address_only()
    {
        var record = Record(SomeBatch, 640, out _);
        Assert.False(Frame.TryDecodeRecord(record, 644, out _));
    }

    [Fact]
    public void Safety_20_a_new_envelope_does_not_go_with_an_old_batch_of_equal_length()
    {
        var old = Record(OpenLog.BatchAfter(Tail.Empty, 1, 100, fill: 1), 640, out _);
        var mixed = Record(OpenLog.BatchAfter(Tail.Empty, 1, 100, fill: 2), 640, out _);
        old.AsSpan(Frame.OverheadBytes).CopyTo(mixed.AsSpan(Frame.OverheadBytes));
        Assert.False(Frame.TryDecodeRecord(mixed, 640, out _));
    }

    [Theory]
    [InlineData(0, 64)]
    [InlineData(65_000, 65_000)]
    [InlineData(65_433, 65_536)]
    public void A_frame_that_does_not_fit_a_page_goes_to_the_next(long tail, long place)
    {
        var geometry = new WalGeometry(TestFolder.Page, TestFolder.Segment);
        Assert.Equal(place, geometry.PlaceOf(Math.Max(tail, WalGeometry.FirstAddress), 104));
    }

    [Fact]
    public void Only_segment_names_are_segment_names()
    {
        Assert.Equal(17, WalGeometry.SegmentNumber(WalGeometry.SegmentName(17)));
        Assert.Null(WalGeometry.SegmentNumber("wal-meta"));
        Assert.Null(WalGeometry.SegmentNumber("wal-.seg"));
        Assert.Null(WalGeometry.SegmentNumber("wal--1.seg"));
        Assert.Null(WalGeometry.SegmentNumber("other"));
    }

    private static byte[] Record(Batch batch, long address, out Frame frame)
    {
        frame = new Frame(FrameKind.Batch, batch.Encoded.Length, address, 7, 64, 3, 1, batch.Checksum);
        var record = new byte[Frame.SizeOf(batch.Encoded.Length)];
        BitConverter.TryWriteBytes(record, Frame.EnvelopeBytes + batch.Encoded.Length);
        new FrameRecord(frame, batch.Encoded).SerializeTo(record.AsSpan(Frame.FasterHeaderBytes));
        return record;
    }
}
