using Xunit;

namespace DLedger.Storage.Faster.Tests;

/// <summary>Zeros ahead of the log's tail, and the page cache behind it.</summary>
public sealed class TailWindowTests : IDisposable
{
    private const int ZeroBytes = 1 << 20;
    private const long Segment = 16 << 20;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dledger-test-");
    private readonly TracedFiles _files;
    private readonly SegmentSet _segments;

    public TailWindowTests()
    {
        _files = new TracedFiles(new OsStoreFiles(_folder.FullName));
        _segments = new SegmentSet(_files, new WalGeometry(64 << 10, Segment), firstSegment: 0);
        _segments.AllocateNext();
        _segments.AllocateNext();
        _files.Forget();
    }

    public void Dispose()
    {
        _segments.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Zeros_reach_from_the_next_page_of_the_file_to_the_end_of_a_chunk_once_per_chunk()
    {
        var window = new TailWindow(_segments, ZeroBytes, cachedBytes: 0);
        window.ZeroAhead(end: 5_000, bytes: 5_000);
        Assert.Equal((8_192, ZeroBytes), Zeroed());
        window.ZeroAhead(end: 9_000, bytes: 4_000);
        window.ZeroAhead(end: ZeroBytes, bytes: 60_000);
        Assert.Empty(_files.Trace);
        window.ZeroAhead(end: ZeroBytes + 1, bytes: 1);
        Assert.Equal((ZeroBytes + 4_096, 2 * ZeroBytes), Zeroed());
    }

    [Fact]
    public void Nothing_below_the_end_of_any_earlier_write_is_zeroed()
    {
        var window = new TailWindow(_segments, ZeroBytes, cachedBytes: 0);
        // Large, so that nothing is zeroed, and beyond the small one that comes after it.
        window.ZeroAhead(end: 900_000, bytes: 800_000);
        Assert.Empty(_files.Trace);
        window.ZeroAhead(end: 100_000, bytes: 1_000);
        Assert.Equal((901_120, ZeroBytes), Zeroed());
    }

    [Fact]
    public void Zeros_end_with_the_segment_and_with_the_space_that_is_allocated()
    {
        var window = new TailWindow(_segments, 2 * (int)Segment, cachedBytes: 0);
        window.ZeroAhead(end: Segment - 10_000, bytes: 1);
        Assert.Equal((Segment - 8_192, Segment), Zeroed());
        window.ZeroAhead(end: (2 * Segment) - 10, bytes: 1);
        Assert.Empty(_files.Trace);
    }

    [Fact]
    public void Large_writes_and_a_window_of_no_bytes_leave_the_space_alone()
    {
        var window = new TailWindow(_segments, ZeroBytes, cachedBytes: 0);
        window.ZeroAhead(end: ZeroBytes, bytes: (ZeroBytes / 8) + 1);
        new TailWindow(_segments, zeroBytes: 0, cachedBytes: 0).ZeroAhead(end: 1_000, bytes: 1);
        Assert.Empty(_files.Trace);
    }

    [Fact]
    public void The_page_cache_keeps_the_newest_bytes_and_no_others()
    {
        const long Kept = 1 << 20;
        var window = new TailWindow(_segments, zeroBytes: 0, Kept);
        for (long end = 1 << 20; end <= Segment + (8 << 20); end += 1 << 20)
        {
            window.ZeroAhead(end, 1 << 20);
            window.UncacheBehind();
        }

        var uncached = _files.Trace.Select(line => line.Split(' ', '+')).Select(part => (part[0], part[1], long.Parse(part[2]), long.Parse(part[3])))
            .ToArray();
        Assert.All(uncached, step => Assert.Equal("uncache", step.Item1));
        // Without a gap, and to a whole step behind the tail at least.
        var expected = 0L;
        foreach (var (_, file, offset, length) in uncached)
        {
            Assert.Equal((WalGeometry.SegmentName(expected / Segment), expected % Segment), (file, offset));
            expected += length;
        }

        Assert.InRange(expected, Segment + (3 << 20), Segment + (8 << 20) - Kept);
    }

    [Fact]
    public void A_file_that_is_gone_or_cannot_be_opened_does_not_matter_to_the_log()
    {
        var window = new TailWindow(_segments, zeroBytes: 0, cachedBytes: 1);
        var failing = true;
        _files.Before = (operation, _) =>
        {
            if (operation == "uncache" && failing) throw new FileNotFoundException("Retired.");
        };
        window.ZeroAhead(8 << 20, 1 << 20);
        window.UncacheBehind();
        Assert.Empty(_files.Trace);
        failing = false;
        window.ZeroAhead(16 << 20, 1 << 20);
        window.UncacheBehind();
        Assert.NotEmpty(_files.Trace);
    }

    private (long From, long To) Zeroed()
    {
        var steps = _files.Trace.Select(line => line.Split(' ', '+')).Select(
            part =>
                (
                    Operation: part[0], Segment: WalGeometry.SegmentNumber(part[1])!.Value, Offset: long.Parse(part[2]),
                    Bytes: long.Parse(part[3]))).ToArray();
        _files.Forget();
        Assert.NotEmpty(steps);
        Assert.All(steps, step => Assert.Equal("write", step.Operation));
        for (var i = 1; i < steps.Length; i++) Assert.Equal(steps[i - 1].Offset + steps[i - 1].Bytes, steps[i].Offset);
        var start = (steps[0].Segment * Segment) + steps[0].Offset;
        return (start, start + steps.Sum(step => step.Bytes));
    }
}
