using Microsoft.Win32.SafeHandles;

namespace DLedger.Storage.Faster;

/// <summary>A file of the operating system.</summary>
internal sealed class OsStoreFile(SafeFileHandle handle, string path) : IStoreFile
{
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    public long Length => RandomAccess.GetLength(handle);

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
    }

    public int Read(long offset, Span<byte> into)
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
    }

    public void Uncache(long offset, long length)
    {
        if (OperatingSystem.IsLinux()) LinuxDisk.Uncache(handle, offset, length);
    }

    public void Dispose() => handle.Dispose();
}
