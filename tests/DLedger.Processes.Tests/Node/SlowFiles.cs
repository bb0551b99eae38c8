using DLedger.Storage.Faster;

namespace DLedger.Processes.Tests;

/// <summary>A folder of the operating system whose syncs can be made to take longer.</summary>
internal sealed class SlowFiles(IStoreFiles files) : IStoreFiles
{
    private long _syncDelayTicks;

    /// <summary>Comes on top of what each sync of a file takes.</summary>
    public TimeSpan SyncDelay
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _syncDelayTicks));
        set => Interlocked.Exchange(ref _syncDelayTicks, value.Ticks);
    }

    public string? BootId => files.BootId;

    public IStoreFile Open(string name, bool create) => new SlowFile(files.Open(name, create), this);

    public bool Exists(string name) => files.Exists(name);

    public IReadOnlyList<string> List() => files.List();

    public void Delete(string name) => files.Delete(name);

    public void SyncFolder() => files.SyncFolder();

    public IDisposable? TryLock(string name) => files.TryLock(name);

    public string PathOf(string name) => files.PathOf(name);

    private sealed class SlowFile(IStoreFile file, SlowFiles owner) : IStoreFile
    {
        public long Length => file.Length;

        public bool IsInPlace => file.IsInPlace;

        public bool TryLock() => file.TryLock();

        public void Write(long offset, ReadOnlySpan<byte> bytes) => file.Write(offset, bytes);

        public int Read(long offset, Span<byte> into) => file.Read(offset, into);

        public void Sync()
        {
            file.Sync();
            var delay = owner.SyncDelay;
            // The disk's own thread waits here, as it does for a disk that is slow.
            if (delay > TimeSpan.Zero) Waits.HoldAsync(delay).GetAwaiter().GetResult();
        }

        public void Allocate(long length) => file.Allocate(length);

        public void Uncache(long offset, long length) => file.Uncache(offset, length);

        public void Dispose() => file.Dispose();
    }
}
