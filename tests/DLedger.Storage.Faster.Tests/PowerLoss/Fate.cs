namespace DLedger.Storage.Faster.Tests.PowerLoss;

/// <summary>
/// Decides at a power loss what becomes of each thing in doubt. Each crash has a character of its own, so that the extremes (all kept, all lost, the
/// last ones lost) come as often as mixtures.
/// </summary>
internal sealed class Fate
{
    private readonly Random _random;
    private readonly double _keep;
    private readonly double _tear;

    public Fate(Random random)
    {
        _random = random;
        (_keep, _tear) = random.Next(6) switch
        {
            0 => (1.0, 0.0),
            1 => (0.0, 0.0),
            2 => (0.95, 0.5),
            3 => (0.05, 0.5),
            4 => (0.5, 0.0),
            _ => (0.5, 0.5),
        };
    }

    public byte[] PickSector(byte[] onDisk, List<byte[]> versions)
    {
        var newer = _random.NextDouble() < _keep ? versions[^1] : versions.Count > 1
            && _random.NextDouble() < 0.3 ? versions[_random.Next(versions.Count)] : onDisk;
        if (_random.NextDouble() >= _tear * 0.5) return newer;
        var other = _random.Next(2) == 0 ? versions[^1] : onDisk;
        var torn = (byte[])newer.Clone();
        // Records begin at sectors, so an early cut is the one that goes through a header.
        var cut = _random.Next(_random.Next(2) == 0 ? DiskFile.SectorBytes / 8 : DiskFile.SectorBytes);
        if (_random.Next(2) == 0) other.AsSpan(0, cut).CopyTo(torn);
        else other.AsSpan(cut).CopyTo(torn.AsSpan(cut));
        return torn;
    }

    public long PickLength(long onDisk, List<long> later)
    {
        if (later.Count == 0) return onDisk;
        if (_random.NextDouble() < _keep) return later[^1];
        return _random.Next(3) switch
        {
            0 => onDisk,
            1 => later[_random.Next(later.Count)],
            _ => onDisk + (_random.NextInt64(((later[^1] - onDisk) / DiskFile.SectorBytes) + 1) * DiskFile.SectorBytes),
        };
    }

    public DiskFile? PickName(DiskFile? onDisk, List<DiskFile?> later) =>
        _random.NextDouble() < _keep ? later[^1] : _random.Next(2) == 0 ? onDisk : later[_random.Next(later.Count)];
}
