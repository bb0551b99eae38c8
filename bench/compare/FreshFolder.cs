namespace DLedger.Compare;

/// <summary>A folder that was not there before and is not there afterwards.</summary>
internal sealed class FreshFolder : IDisposable
{
    public FreshFolder(string parent)
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetFullPath(parent), $"compare-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    /// <summary>A full disk in the middle of a run would be measured as slowness.</summary>
    public void CheckSpace(long bytes)
    {
        var free = new DriveInfo(Path).AvailableFreeSpace;
        if (free < bytes)
            throw new ComparisonFailedException(
                $"{Path}: {free >> 30} GiB are free, a run may need {bytes >> 30}; choose another place with --folder");
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
