namespace DLedger.Storage.Faster.Tests.PowerLoss;

/// <summary>The disk as one process sees it, with the faults that the process meets. Dead for ever once the process or the machine is.</summary>
internal sealed class PowerLossFiles : IStoreFiles
{
    private readonly PowerLossDisk _disk;
    private readonly int _boot;
    private readonly HashSet<string> _locks = new(StringComparer.Ordinal);
    private readonly Dictionary<DiskFile, IStoreFile> _fileLocks = [];
    private readonly Dictionary<DiskOperation, int> _failAt = [];
    private int _dieAfter = int.MaxValue;
    private bool _syncFails;

    internal PowerLossFiles(PowerLossDisk disk, int boot)
    {
        _disk = disk;
        _boot = boot;
    }

    public bool IsDead { get; private set; }

    /// <summary>Whether the process or machine is dead, or a failure was injected: what it says from now on is about that.</summary>
    public bool IsSick => IsDead || HasFailed;

    public bool HasFailed { get; private set; }

    /// <summary>Whether syncs do nothing and say that they did: a disk that lies, to see that the checks notice.</summary>
    public bool Lies { get; set; }

    /// <summary>Operations that change something, so far.</summary>
    public int Operations { get; private set; }

    public bool SyncsStall { get; private set; }

    /// <summary>The machine stops in the middle of the operation that comes after so many others: its effect is in doubt.</summary>
    public void DieAfter(int operations)
    {
        lock (_disk.Gate) _dieAfter = Operations + operations;
    }

    /// <summary>The <paramref name="nth"/> operation of this kind from now on (1 is the next) fails with an I/O error.</summary>
    public void Fail(DiskOperation operation, int nth)
    {
        lock (_disk.Gate) _failAt[operation] = nth;
    }

    /// <summary>Syncs that are called from now on wait until <see cref="EndStall"/>.</summary>
    public void StallSyncs()
    {
        lock (_disk.Gate) SyncsStall = true;
    }

    public void EndStall()
    {
        lock (_disk.Gate)
        {
            SyncsStall = false;
            Monitor.PulseAll(_disk.Gate);
        }
    }

    public string? BootId => _disk.BootId;

    public IStoreFile Open(string name, bool create)
    {
        lock (_disk.Gate)
        {
            ThrowIfDead();
            if (_disk.Find(name) is { } file) return new Handle(this, file, name);
            if (!create) throw new FileNotFoundException($"There is no file {PathOf(name)}.", PathOf(name));
            file = new DiskFile();
            Change(DiskOperation.Create, name, 0, 0, () => _disk.ChangeName(name, file));
            return new Handle(this, file, name);
        }
    }

    public bool Exists(string name)
    {
        lock (_disk.Gate)
        {
            ThrowIfDead();
            return _disk.Find(name) is not null;
        }
    }

    public IReadOnlyList<string> List()
    {
        lock (_disk.Gate)
        {
            ThrowIfDead();
            return _disk.Names();
        }
    }

    public void Delete(string name)
    {
        lock (_disk.Gate)
        {
            ThrowIfDead();
            if (_disk.Find(name) is null) return;
            Change(DiskOperation.Delete, name, 0, 0, () => _disk.ChangeName(name, null));
        }
    }

    public void SyncFolder()
    {
        lock (_disk.Gate)
        {
            ThrowIfDead();
            var upTo = _disk.NameChanges;
            Change(DiskOperation.SyncFolder, "", 0, 0, () => { });
            WaitWhileStalled();
            if (!Lies) _disk.FolderSynced(upTo);
        }
    }

    public IDisposable? TryLock(string name)
    {
        lock (_disk.Gate)
        {
            ThrowIfDead();
            if (!_locks.Add(name)) return null;
        }

        return new Held(this, name);
    }

    public string PathOf(string name) => $"/disk/{name}";

    internal void Die()
    {
        IsDead = true;
        Monitor.PulseAll(_disk.Gate);
    }

    /// <summary>Whether the machine or process dies in the operation that is being done.</summary>
    private bool IsLastOperation => Operations > _dieAfter;

    /// <summary>Counts, fails or dies as told; else does it. A machine that dies here has done it, in doubt.</summary>
    private void Change(DiskOperation operation, string name, long offset, long bytes, Action effect)
    {
        Operations++;
        _disk.Note(_boot, operation, name, offset, bytes);
        if (_failAt.TryGetValue(operation, out var left))
        {
            _failAt[operation] = left - 1;
            if (left == 1)
            {
                HasFailed = true;
                _syncFails = operation == DiskOperation.Sync;
                throw new IOException($"Injected failure of {operation} at {PathOf(name)}, offset {offset}.");
            }
        }

        effect();
        if (Operations <= _dieAfter) return;
        Die();
        throw new PowerLostException();
    }

    private void WaitWhileStalled()
    {
        while (SyncsStall && !IsDead) Monitor.Wait(_disk.Gate);
        ThrowIfDead();
    }

    private void ThrowIfDead()
    {
        if (IsDead) throw new PowerLostException();
    }

    private sealed class Held(PowerLossFiles files, string name) : IDisposable
    {
        public void Dispose()
        {
            lock (files._disk.Gate) files._locks.Remove(name);
        }
    }

    private sealed class Handle(PowerLossFiles files, DiskFile file, string name) : IStoreFile
    {
        private volatile bool _closed;

        private object Gate => files._disk.Gate;

        public long Length
        {
            get
            {
                lock (Gate)
                {
                    Check();
                    return file.Length;
                }
            }
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            var owned = bytes.ToArray();
            lock (Gate)
            {
                Check();
                Reserve(offset + owned.Length);
                files.Change(
                    DiskOperation.Write, name, offset, owned.Length,
                    () => file.Write(offset, files.IsLastOperation ? owned.AsSpan(0, files._disk.DoneOf(owned.Length)) : owned));
            }
        }

        public int Read(long offset, Span<byte> into)
        {
            lock (Gate)
            {
                Check();
                return file.Read(offset, into);
            }
        }

        public void Sync()
        {
            lock (Gate)
            {
                Check();
                var upTo = file.Writes;
                try
                {
                    files.Change(DiskOperation.Sync, name, 0, 0, () => { });
                }
                catch (IOException) when (files._syncFails)
                {
                    files._syncFails = false;
                    file.SyncFailed();
                    throw;
                }

                // Others may write meanwhile; what they write is not covered.
                Monitor.Wait(Gate, 0);
                files.WaitWhileStalled();
                if (!files.Lies) file.Synced(upTo);
            }
        }

        public void Allocate(long length)
        {
            lock (Gate)
            {
                Check();
                Reserve(length);
                files.Change(DiskOperation.Allocate, name, 0, length, () => file.Allocate(length));
            }
        }

        public void Uncache(long offset, long length)
        {
            // Without meaning here: nothing is read from anywhere else than the disk.
        }

        /// <summary>Whether the name still leads to this file.</summary>
        public bool IsInPlace
        {
            get
            {
                lock (Gate) return files.IsDead || files._disk.Find(name) == file;
            }
        }

        public bool TryLock()
        {
            lock (Gate)
            {
                if (files._fileLocks.TryGetValue(file, out var holder) && holder != this) return false;
                files._fileLocks[file] = this;
                return true;
            }
        }

        public void Dispose()
        {
            _closed = true;
            lock (Gate)
            {
                if (files._fileLocks.TryGetValue(file, out var holder) && holder == this) files._fileLocks.Remove(file);
            }
        }

        private void Check()
        {
            files.ThrowIfDead();
            ObjectDisposedException.ThrowIf(_closed, this);
        }

        private void Reserve(long length)
        {
            var more = length - file.Length;
            if (more > 0 && files._disk.UsedBytes + more > files._disk.CapacityBytes)
                throw new DiskFullException($"No space for {more} more bytes in {files.PathOf(name)}.");
        }
    }
}
