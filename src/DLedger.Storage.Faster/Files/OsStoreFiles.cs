namespace DLedger.Storage.Faster;

/// <summary>A folder of the operating system.</summary>
internal sealed class OsStoreFiles : IStoreFiles
{
    private readonly string _folder;

    /// <summary>Makes the folder when it is not there.</summary>
    public OsStoreFiles(string folder)
    {
        _folder = Path.GetFullPath(folder);
        MakeDurably(_folder);
    }

    public IStoreFile Open(string name, bool create)
    {
        var path = PathOf(name);
        try
        {
            var handle = File.OpenHandle(path, create ? FileMode.OpenOrCreate : FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            return new OsStoreFile(handle, path);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException(error.Message, error);
        }
        catch (IOException error) when (create && LinuxDisk.IsNoSpace(error.HResult))
        {
            throw new DiskFullException($"{path}: no space left.", error);
        }
    }

    public bool Exists(string name) => File.Exists(PathOf(name));

    public IReadOnlyList<string> List()
    {
        try
        {
            var names = Directory.GetFiles(_folder).Select(path => Path.GetFileName(path)).ToArray();
            Array.Sort(names, StringComparer.Ordinal);
            return names;
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException(error.Message, error);
        }
    }

    public void Delete(string name)
    {
        try
        {
            File.Delete(PathOf(name));
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException(error.Message, error);
        }
    }

    public void SyncFolder() => SyncFolder(_folder);

    public IDisposable? TryLock(string name)
    {
        var path = PathOf(name);
        FileStream file;
        try
        {
            // FileShare.None is an OS lock already; it can be switched off by an environment variable, so take one that cannot.
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException(error.Message, error);
        }
        catch (IOException error) when (IsHeldByAnother(error))
        {
            return null;
        }

        if (!OperatingSystem.IsLinux() || LinuxDisk.TryLock(file.SafeFileHandle, path)) return file;
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
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException(error.Message, error);
        }

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
