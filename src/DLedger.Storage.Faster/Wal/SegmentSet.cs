using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>
/// The files of the write-ahead log: which are there, how far space is allocated, and one open handle each. Thread-safe. Only
/// <see cref="AllocateNext"/> ever creates a file; reading a missing one is an error, never an empty file.
/// </summary>
internal sealed class SegmentSet(IStoreFiles files, WalGeometry geometry, long firstSegment) : IDisposable
{
    /// <summary>
    /// Handles kept open, for readers and for the newest segments: few, since a process has a limit, and opening one costs less than reading from it.
    /// </summary>
    private const int OpenMost = 8;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, OpenSegment> _open = [];
    private long _useCount;
    private long _writing = firstSegment;
    private bool _disposed;
    private long _first = firstSegment;
    private long _allocatedEnd = firstSegment * geometry.SegmentBytes;

    public WalGeometry Geometry => geometry;

    /// <summary>The oldest segment that is kept.</summary>
    public long First => Volatile.Read(ref _first);

    /// <summary>Every address below this has its space on disk, durably.</summary>
    public long AllocatedEnd => Volatile.Read(ref _allocatedEnd);

    public string PathOf(long address) => files.PathOf(WalGeometry.SegmentName(geometry.SegmentOf(address)));

    public StoreDamagedException Damaged(long address, string what) => new(PathOf(address), geometry.OffsetInSegment(address), what);

    /// <summary>Takes over a segment that is there in full, at opening.</summary>
    public void Adopt(long segment) => Volatile.Write(ref _allocatedEnd, Math.Max(AllocatedEnd, (segment + 1) * geometry.SegmentBytes));

    /// <summary>Makes sure, durably, of the space of the next segment. Throws <see cref="DiskFullException"/> and leaves everything usable.</summary>
    public void AllocateNext()
    {
        var segment = geometry.SegmentOf(AllocatedEnd);
        using var use = Use(segment, create: true);
        use.File.Allocate(geometry.SegmentBytes);
        use.File.Sync();
        files.SyncFolder();
        Volatile.Write(ref _allocatedEnd, (segment + 1) * geometry.SegmentBytes);
    }

    /// <summary>Reads what is there of a range within one segment; fewer bytes at the end of a file that is too short.</summary>
    public int Read(long address, Span<byte> into)
    {
        using var use = Use(geometry.SegmentOf(address), create: false);
        return use.File.Read(geometry.OffsetInSegment(address), into);
    }

    public void Write(long address, ReadOnlySpan<byte> bytes)
    {
        var segment = geometry.SegmentOf(address);
        Volatile.Write(ref _writing, segment);
        using var use = Use(segment, create: false);
        use.File.Write(geometry.OffsetInSegment(address), bytes);
    }

    public void Sync(long segment)
    {
        using var use = Use(segment, create: false);
        use.File.Sync();
    }

    /// <summary>A hint that nobody will read this soon; what is no longer there needs none.</summary>
    public void Uncache(long from, long to)
    {
        while (from < to)
        {
            var segment = geometry.SegmentOf(from);
            var end = Math.Min(to, (segment + 1) * geometry.SegmentBytes);
            if (segment >= First)
            {
                using var use = Use(segment, create: false);
                use.File.Uncache(geometry.OffsetInSegment(from), end - from);
            }

            from = end;
        }
    }

    /// <summary>Why an open segment is no longer the file of its name; null while all are.</summary>
    public string? Displacement()
    {
        OpenSegment[] used;
        lock (_gate)
        {
            used = [.. _open.Values];
            foreach (var segment in used) segment.Users++;
        }

        string? displaced = null;
        foreach (var segment in used)
        {
            // One that was dropped meanwhile is gone by right.
            if (!segment.File.IsInPlace && !segment.Retired)
                displaced =
                    "a segment of the log is no longer the file that was opened: it, or the folder, was moved, deleted or replaced while the "
                    + "member ran";
            Return(segment);
        }

        return displaced;
    }

    /// <summary>Forgets segments below this one and deletes their files. Readers that are in one finish undisturbed.</summary>
    public void DropBelow(long segment)
    {
        Volatile.Write(ref _first, segment);
        var closing = new List<OpenSegment>();
        lock (_gate)
        {
            foreach (var number in _open.Keys.Where(number => number < segment).ToArray())
            {
                _open.Remove(number, out var gone);
                gone!.Retired = true;
                if (gone.Users == 0) closing.Add(gone);
            }
        }

        foreach (var gone in closing) gone.File.Dispose();
        DeleteFilesBelow(segment);
    }

    /// <summary>Also what a power loss brought back after it had been deleted.</summary>
    public void DeleteFilesBelow(long segment)
    {
        var deleted = false;
        foreach (var name in files.List())
        {
            if (WalGeometry.SegmentNumber(name) is not { } number || number >= segment) continue;
            files.Delete(name);
            deleted = true;
        }

        if (deleted) files.SyncFolder();
    }

    public void Dispose()
    {
        OpenSegment[] closing;
        lock (_gate)
        {
            _disposed = true;
            closing = [.. _open.Values.Where(segment => segment.Users == 0)];
            foreach (var segment in _open.Values) segment.Retired = true;
            _open.Clear();
        }

        foreach (var segment in closing) segment.File.Dispose();
    }

    private Lease Use(long segment, bool create)
    {
        if (TryUse(segment) is { } open) return new Lease(this, open);
        // Not under the lock: a disk that takes its time over one file must not hold up those who use others.
        var opened = new OpenSegment(files.Open(WalGeometry.SegmentName(segment), create)) { Users = 1 };
        OpenSegment? unused = null;
        var used = opened;
        lock (_gate)
        {
            if (_disposed || segment < First) opened.Retired = true;
            else if (_open.TryGetValue(segment, out var other)) (used, unused) = (other, opened);
            else
            {
                if (_open.Count >= OpenMost) unused = TakeLeastUsed();
                _open.Add(segment, opened);
            }

            if (used != opened) used.Users++;
            used.LastUse = ++_useCount;
        }

        unused?.File.Dispose();
        return new Lease(this, used);
    }

    private OpenSegment? TryUse(long segment)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_open.TryGetValue(segment, out var used))
            {
                if (segment < First) throw new FileNotFoundException("The segment was retired.", WalGeometry.SegmentName(segment));
                return null;
            }

            used.Users++;
            used.LastUse = ++_useCount;
            return used;
        }
    }

    /// <summary>
    /// Never of those that are written to, or will be: a write fails for good, and a sync must go over the file that was written to.
    /// </summary>
    private OpenSegment? TakeLeastUsed()
    {
        var (number, oldest) = _open.Where(pair => pair.Value.Users == 0 && pair.Key < Volatile.Read(ref _writing)).DefaultIfEmpty()
            .MinBy(pair => pair.Value?.LastUse ?? long.MaxValue);
        if (oldest is not null) _open.Remove(number);
        return oldest;
    }

    private void Return(OpenSegment segment)
    {
        bool close;
        lock (_gate) close = --segment.Users == 0 && segment.Retired;
        if (close) segment.File.Dispose();
    }

    /// <summary>Keeps a file open while it is used.</summary>
    private readonly ref struct Lease(SegmentSet owner, OpenSegment segment)
    {
        public IStoreFile File => segment.File;

        public void Dispose() => owner.Return(segment);
    }

    private sealed class OpenSegment(IStoreFile file)
    {
        public IStoreFile File => file;

        public int Users { get; set; }

        public long LastUse { get; set; }

        public bool Retired { get; set; }
    }
}
