using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests;

/// <summary>The scan over segments that are laid out by hand.</summary>
public sealed class ScannerTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly SegmentSet _segments;
    private Tail _tail = Tail.Empty;

    public ScannerTests()
    {
        _segments = new SegmentSet(_folder.Files, new WalGeometry(TestFolder.Page, TestFolder.Segment), 0);
        _segments.AllocateNext();
    }

    public void Dispose()
    {
        _segments.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_scan_follows_frames_from_page_to_page()
    {
        var second = Put(64, sequence: 1);
        Put(second, sequence: 2);
        Put(TestFolder.Page, sequence: 3);
        Assert.Equal((3, (long)TestFolder.Page), Scan());
    }

    [Fact]
    public void A_page_that_goes_on_after_a_missing_frame_is_not_the_next()
    {
        Put(64, sequence: 1);
        Put(TestFolder.Page, sequence: 3);
        Assert.Equal((1, 64L), Scan());
    }

    [Fact]
    public void Safety_21_a_frame_of_an_earlier_incarnation_behind_a_later_one_is_dead()
    {
        var second = Put(64, sequence: 1, incarnation: 2);
        Put(second, sequence: 2, incarnation: 1);
        Assert.Equal((1, 64L), Scan());
    }

    [Fact]
    public void Safety_21_a_gap_in_the_sequence_ends_the_log()
    {
        var second = Put(64, sequence: 1);
        Put(second, sequence: 3);
        Assert.Equal((1, 64L), Scan());
    }

    [Fact]
    public void Safety_21_a_frame_behind_the_end_that_says_it_was_flushed_makes_it_damage()
    {
        var second = Put(64, sequence: 1);
        var third = Put(second, sequence: 2);
        Put(third, sequence: 3, flushedTo: third);
        _segments.Write(second + 60, [0xFF]);
        var damage = Assert.Throws<StoreDamagedException>(() => Scan());
        Assert.Equal(_folder.SegmentPath(0), damage.File);
        Assert.Equal(second, damage.Offset);
    }

    [Fact]
    public void Safety_21_without_such_a_frame_it_is_a_torn_tail()
    {
        var second = Put(64, sequence: 1);
        var third = Put(second, sequence: 2);
        Put(third, sequence: 3, flushedTo: second);
        _segments.Write(second + 60, [0xFF]);
        Assert.Equal((1, 64L), Scan());
    }

    [Fact]
    public void Safety_21_a_frame_of_an_incarnation_that_never_was_is_damage()
    {
        Put(64, sequence: 1, incarnation: 10);
        Assert.Throws<StoreDamagedException>(() => Scan());
    }

    private (long Sequence, long LastFrame) Scan()
    {
        var scanner = new WalScanner(_segments, new WalEnd(64, -1, 0), startIncarnation: 0, newestIncarnation: 9);
        while (scanner.TryNext(out _, out _, out _))
        {
        }

        scanner.RefuseDamage(_segments.AllocatedEnd, 0, sameRun: null);
        return (scanner.LastSequence, scanner.LastFrame);
    }

    /// <summary>Puts a frame with the next batch; returns where it ends.</summary>
    private long Put(long address, long sequence, uint incarnation = 1, long flushedTo = 0)
    {
        var batch = OpenLog.BatchAfter(_tail, 1, 200);
        _tail = batch.Tail;
        var frame = new Frame(FrameKind.Batch, batch.Encoded.Length, address, sequence, flushedTo, incarnation, 1, batch.Checksum);
        var record = new byte[Frame.SizeOf(batch.Encoded.Length)];
        BitConverter.TryWriteBytes(record, Frame.EnvelopeBytes + batch.Encoded.Length);
        new FrameRecord(frame, batch.Encoded).SerializeTo(record.AsSpan(Frame.FasterHeaderBytes));
        _segments.Write(address, record);
        return frame.EndsAt;
    }
}
