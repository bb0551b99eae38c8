namespace DLedger.Storage.Faster.Tests.PowerLoss;

/// <summary>
/// One file's content twice: what every reader sees (the page cache), and what surely is on the disk, with every version of every sector that was
/// written since. Guarded by the disk's lock.
/// </summary>
internal sealed class DiskFile
{
    public const int SectorBytes = 512;

    private readonly Dictionary<int, List<Version>> _doubtful = [];

    /// <summary>Versions that a failed sync gave up: no later sync writes them, and nobody knows whether they are on the disk (SAFETY 24).</summary>
    private readonly Dictionary<int, List<Version>> _givenUp = [];

    private readonly List<(long Write, long Length)> _lengths = [];
    private byte[] _cache = [];
    private byte[] _disk = [];
    private long _diskLength;
    private long _writes;

    private readonly record struct Version(long Write, byte[] Bytes);

    public long Length { get; private set; }

    /// <summary>Number of the last write: what a sync that begins now covers.</summary>
    public long Writes => _writes;

    public int DoubtfulSectors => _doubtful.Count;

    public int Read(long offset, Span<byte> into)
    {
        if (offset >= Length) return 0;
        var count = (int)Math.Min(into.Length, Length - offset);
        _cache.AsSpan((int)offset, count).CopyTo(into);
        return count;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        _writes++;
        Grow(Math.Max(Length, offset + bytes.Length));
        bytes.CopyTo(_cache.AsSpan((int)offset));
        var last = (int)((offset + bytes.Length - 1) / SectorBytes);
        for (var sector = (int)(offset / SectorBytes); sector <= last; sector++)
        {
            if (!_doubtful.TryGetValue(sector, out var versions)) _doubtful[sector] = versions = [];
            versions.Add(new Version(_writes, SectorOf(_cache, sector)));
        }
    }

    public void Allocate(long length)
    {
        if (length <= Length) return;
        _writes++;
        Grow(length);
    }

    /// <summary>A sync that began after write number <paramref name="upTo"/> has completed.</summary>
    public void Synced(long upTo)
    {
        for (var i = _lengths.Count - 1; i >= 0; i--)
        {
            if (_lengths[i].Write > upTo) continue;
            SetDiskLength(_lengths[i].Length);
            _lengths.RemoveRange(0, i + 1);
            break;
        }

        foreach (var (sector, versions) in _doubtful.ToArray())
        {
            var covered = versions.FindLastIndex(version => version.Write <= upTo);
            if (covered < 0) continue;
            versions[covered].Bytes.CopyTo(_disk.AsSpan(sector * SectorBytes));
            versions.RemoveRange(0, covered + 1);
            if (versions.Count == 0) _doubtful.Remove(sector);
            _givenUp.Remove(sector);
        }
    }

    /// <summary>A sync failed: what it should have covered looks clean from now on, and is not.</summary>
    public void SyncFailed()
    {
        foreach (var (sector, versions) in _doubtful)
        {
            if (_givenUp.TryGetValue(sector, out var before)) before.AddRange(versions);
            else _givenUp[sector] = versions;
        }

        _doubtful.Clear();
    }

    /// <summary>The power goes: of everything in doubt something stays, by <paramref name="fate"/>. What stays is on the disk.</summary>
    public void LosePower(Fate fate)
    {
        foreach (var (sector, versions) in _givenUp)
        {
            if (_doubtful.TryGetValue(sector, out var later)) versions.AddRange(later);
            _doubtful[sector] = versions;
        }

        var length = fate.PickLength(_diskLength, _lengths.ConvertAll(entry => entry.Length));
        SetDiskLength(length);
        foreach (var (sector, versions) in _doubtful.OrderBy(pair => pair.Value[^1].Write).ThenBy(pair => pair.Key))
        {
            var stays = fate.PickSector(SectorOf(_disk, sector), versions.ConvertAll(version => version.Bytes));
            var bytes = Math.Min(SectorBytes, length - ((long)sector * SectorBytes));
            if (bytes > 0) stays.AsSpan(0, (int)bytes).CopyTo(_disk.AsSpan(sector * SectorBytes));
        }

        Replace(_disk.AsSpan(0, (int)length));
    }

    /// <summary>The whole content, as a reader sees it.</summary>
    public byte[] Content() => _cache[..(int)Length];

    /// <summary>Other content, surely on the disk (for damage).</summary>
    public void Replace(ReadOnlySpan<byte> content)
    {
        _doubtful.Clear();
        _givenUp.Clear();
        _lengths.Clear();
        _cache = Padded(content);
        _disk = Padded(content);
        Length = content.Length;
        _diskLength = content.Length;
    }

    private void Grow(long length)
    {
        if (length <= Length) return;
        Enlarge(ref _cache, length);
        Length = length;
        _lengths.Add((_writes, length));
        Enlarge(ref _disk, length);
    }

    private void SetDiskLength(long length)
    {
        Enlarge(ref _disk, length);
        _diskLength = length;
    }

    private static void Enlarge(ref byte[] bytes, long length)
    {
        var needed = (length + SectorBytes - 1) / SectorBytes * SectorBytes;
        if (needed <= bytes.Length) return;
        Array.Resize(ref bytes, (int)Math.Max(needed, Math.Min(2L * bytes.Length, needed + (1 << 20))));
    }

    private static byte[] Padded(ReadOnlySpan<byte> content)
    {
        var bytes = new byte[(content.Length + SectorBytes - 1) / SectorBytes * SectorBytes];
        content.CopyTo(bytes);
        return bytes;
    }

    private static byte[] SectorOf(byte[] content, int sector) =>
        content.Length < (sector + 1) * SectorBytes ? new byte[SectorBytes] : content.AsSpan(sector * SectorBytes, SectorBytes).ToArray();
}
