using Microsoft.Win32.SafeHandles;

namespace DLedger.Storage.Faster;

/// <summary>A file of the operating system.</summary>
internal sealed class OsStoreFile(SafeFileHandle handle, string path, bool isReadOnly) : IStoreFile
{
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    public long Length
    {
        get
        {
            try
            {
                return RandomAccess.GetLength(handle);
            }
            catch (Exception error) when (IsOfTheSystem(error))
            {
                throw Named(error, path);
            }
        }
    }

    public bool IsInPlace => !OperatingSystem.IsLinux() || LinuxDisk.LeadsTo(path, handle);

    public bool TryLock() => !OperatingSystem.IsLinux() || LinuxDisk.TryLockDescription(handle, exclusive: !isReadOnly, path);

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(handle, bytes, offset);
        }
        catch (IOException error) when (error.HResult == WindowsDiskFull || LinuxDisk.IsNoSpace(error.HResult))
        {
            throw new DiskFullException($"{path}: no space left.", error);
        }
        catch (Exception error) when (IsOfTheSystem(error))
        {
            throw Named(error, path);
        }
    }

    public int Read(long offset, Span<byte> into)
    {
        try
        {
            var done = 0;
            while (done < into.Length)
            {
                var read = RandomAccess.Read(handle, into[done..], offset + done);
                if (read == 0) break;
                done += read;
            }

            return done;
        }
        catch (Exception error) when (IsOfTheSystem(error))
        {
            throw Named(error, path);
        }
    }

    public void Sync()
    {
        if (OperatingSystem.IsLinux()) LinuxDisk.DataSync(handle, path);
        else RandomAccess.FlushToDisk(handle);
    }

    public void Allocate(long length)
    {
        if (OperatingSystem.IsLinux() && LinuxDisk.TryAllocate(handle, length, path)) return;
        if (Length >= length) return;
        try
        {
            RandomAccess.SetLength(handle, length);
        }
        catch (IOException error) when (error.HResult == WindowsDiskFull || LinuxDisk.IsNoSpace(error.HResult))
        {
            throw new DiskFullException($"{path}: no space for {length} bytes.", error);
        }
        catch (Exception error) when (IsOfTheSystem(error))
        {
            throw Named(error, path);
        }
    }

    public void Uncache(long offset, long length)
    {
        if (OperatingSystem.IsLinux()) LinuxDisk.Uncache(handle, offset, length);
    }

    public void Dispose() => handle.Dispose();

    /// <summary>
    /// .NET has an exception of its own for each of many errors of the system (EACCES, EPERM, EFBIG, ECANCELED); here they are all the disk's.
    /// </summary>
    internal static bool IsOfTheSystem(Exception error) =>
        error is UnauthorizedAccessException or ArgumentException or OperationCanceledException or NotSupportedException;

    internal static IOException Named(Exception error, string path) =>
        new(
            error.Message.Contains(path, StringComparison.Ordinal)
                ? error.Message.ReplaceLineEndings(" ")
                : $"{path}: {error.Message.ReplaceLineEndings(" ")}",
            error);
}
