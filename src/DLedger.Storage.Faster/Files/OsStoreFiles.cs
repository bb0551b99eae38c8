namespace DLedger.Storage.Faster;

/// <summary>A folder of the operating system.</summary>
internal sealed class OsStoreFiles : IStoreFiles
{
    private readonly string _folder;
    private readonly bool _isReadOnly;

    /// <summary>Makes the folder when it is not there.</summary>
    public OsStoreFiles(string folder)
        : this(Path.GetFullPath(folder), isReadOnly: false)
    {
        try
        {
            MakeDurably(_folder);
        }
        catch (Exception error) when (OsStoreFile.IsOfTheSystem(error))
        {
            throw OsStoreFile.Named(error, _folder);
        }

        DescriptorReserve.Fill();
    }

    private OsStoreFiles(string folder, bool isReadOnly)
    {
        _folder = folder;
        _isReadOnly = isReadOnly;
    }

    public string? BootId { get; } = OperatingSystem.IsLinux() ? LinuxDisk.BootId() : null;

    /// <summary>A folder of which nothing is changed: it may be a snapshot, or a disk that cannot be written.</summary>
    public static OsStoreFiles ToRead(string folder) => new(Path.GetFullPath(folder), isReadOnly: true);

    public IStoreFile Open(string name, bool create)
    {
        var path = PathOf(name);
        while (true)
        {
            try
            {
                var handle = File.OpenHandle(
                    path, create ? FileMode.OpenOrCreate : FileMode.Open, _isReadOnly ? FileAccess.Read : FileAccess.ReadWrite,
                    FileShare.ReadWrite | FileShare.Delete);
                return new OsStoreFile(handle, path, _isReadOnly);
            }
            catch (Exception error) when (OsStoreFile.IsOfTheSystem(error))
            {
                throw OsStoreFile.Named(error, path);
            }
            catch (IOException error) when (create && LinuxDisk.IsNoSpace(error.HResult))
            {
                throw new DiskFullException($"{path}: no space left.", error);
            }
            catch (IOException error) when (LinuxDisk.IsNoDescriptor(error.HResult))
            {
                if (!DescriptorReserve.TryGiveUp()) throw new NoDescriptorException($"{path}: {error.Message}", error);
            }
        }
    }

    public bool Exists(string name) => File.Exists(PathOf(name));

    public IReadOnlyList<string> List()
    {
        while (true)
        {
            try
            {
                var names = Directory.GetFiles(_folder).Select(path => Path.GetFileName(path)).ToArray();
                Array.Sort(names, StringComparer.Ordinal);
                return names;
            }
            catch (Exception error) when (OsStoreFile.IsOfTheSystem(error))
            {
                throw OsStoreFile.Named(error, _folder);
            }
            catch (IOException error) when (LinuxDisk.IsNoDescriptor(error.HResult))
            {
                if (!DescriptorReserve.TryGiveUp()) throw new NoDescriptorException($"{_folder}: {error.Message}", error);
            }
        }
    }

    public void Delete(string name)
    {
        try
        {
            File.Delete(PathOf(name));
        }
        catch (Exception error) when (OsStoreFile.IsOfTheSystem(error))
        {
            throw OsStoreFile.Named(error, PathOf(name));
        }
    }

    public void SyncFolder() => SyncFolder(_folder);

    public IDisposable? TryLock(string name)
    {
        var path = PathOf(name);
        FileStream file;
        try
        {
            // Who only reads makes no file: without one, nobody of today's versions has the folder open.
            if (_isReadOnly && !File.Exists(path)) return new MemoryStream();
            // FileShare.None is an OS lock already; it can be switched off by an environment variable, so take one that cannot.
            file = _isReadOnly
                ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read)
                : new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception error) when (OsStoreFile.IsOfTheSystem(error))
        {
            throw OsStoreFile.Named(error, path);
        }
        catch (IOException error) when (IsHeldByAnother(error))
        {
            return null;
        }

        if (!OperatingSystem.IsLinux() || LinuxDisk.TryLock(file.SafeFileHandle, path, exclusive: !_isReadOnly)) return file;
        file.Dispose();
        return null;
    }

    public string PathOf(string name) => Path.Combine(_folder, name);

    private static void SyncFolder(string path)
    {
        // Windows makes names durable by itself and cannot sync a folder.
        if (!OperatingSystem.IsWindows()) LinuxDisk.SyncFolder(path);
    }

    /// <summary>A new folder is durable only when the folder around it has been synced.</summary>
    private static void MakeDurably(string folder)
    {
        if (Directory.Exists(folder)) return;
        var around = Path.GetDirectoryName(folder);
        if (around is not null) MakeDurably(around);
        Directory.CreateDirectory(folder);
        if (around is not null) SyncFolder(around);
    }

    private static bool IsHeldByAnother(IOException error)
    {
        const int windowsSharingViolation = unchecked((int)0x80070020);
        const int linuxWouldBlock = 11;
        return error is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException)
            && (error.HResult is windowsSharingViolation or linuxWouldBlock || !OperatingSystem.IsLinux());
    }
}
