namespace DLedger.Storage.Faster.Tests;

/// <summary>A folder whose operations are noted in order, and can be made to fail, to wait, or to find no space.</summary>
internal sealed class TracedFiles(IStoreFiles inner) : IStoreFiles
{
    private readonly object _gate = new();
    private readonly List<string> _trace = [];

    /// <summary>
    /// Runs before each operation ("write", "sync", "allocate", "create", "open", "delete", "read", "sync-folder") with the file's name; may throw or
    /// wait.
    /// </summary>
    public Action<string, string>? Before { get; set; }

    /// <summary>Each operation as it returned: "write wal-000000000000.seg 0+512".</summary>
    public IReadOnlyList<string> Trace
    {
        get
        {
            lock (_gate) return [.. _trace];
        }
    }

    public void Forget()
    {
        lock (_gate) _trace.Clear();
    }

    public string? BootId { get; set; } = inner.BootId;

    public IStoreFile Open(string name, bool create)
    {
        if (create && !inner.Exists(name)) Around("create", name, "", () => 0);
        Before?.Invoke("open", name);
        return new TracedFile(this, name, inner.Open(name, create));
    }

    public bool Exists(string name) => inner.Exists(name);

    public IReadOnlyList<string> List() => inner.List();

    public void Delete(string name) => Around("delete", name, "", () =>
    {
        inner.Delete(name);
        return 0;
    });

    public void SyncFolder() => Around("sync-folder", "", "", () =>
    {
        inner.SyncFolder();
        return 0;
    });

    public IDisposable? TryLock(string name) => inner.TryLock(name);

    public string PathOf(string name) => inner.PathOf(name);

    private T Around<T>(string operation, string name, string detail, Func<T> io)
    {
        Before?.Invoke(operation, name);
        var result = io();
        lock (_gate) _trace.Add($"{operation} {name} {detail}".TrimEnd());
        return result;
    }

    private sealed class TracedFile(TracedFiles owner, string name, IStoreFile file) : IStoreFile
    {
        public long Length => file.Length;

        public bool IsInPlace => file.IsInPlace;

        public bool TryLock() => file.TryLock();

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            var copy = bytes.ToArray();
            owner.Around("write", name, $"{offset}+{copy.Length}", () =>
            {
                file.Write(offset, copy);
                return 0;
            });
        }

        public int Read(long offset, Span<byte> into)
        {
            owner.Before?.Invoke("read", name);
            return file.Read(offset, into);
        }

        public void Sync() => owner.Around("sync", name, "", () =>
        {
            file.Sync();
            return 0;
        });

        public void Allocate(long length) => owner.Around("allocate", name, "", () =>
        {
            file.Allocate(length);
            return 0;
        });

        public void Uncache(long offset, long length) => owner.Around("uncache", name, $"{offset}+{length}", () =>
        {
            file.Uncache(offset, length);
            return 0;
        });

        public void Dispose() => file.Dispose();
    }
}
