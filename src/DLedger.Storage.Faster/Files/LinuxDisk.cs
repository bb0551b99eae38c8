using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DLedger.Storage.Faster;

/// <summary>The calls of the operating system that .NET has no name for. Linux only, but for opening and syncing a folder.</summary>
internal static partial class LinuxDisk
{
    private const int ReadOnly = 0;
    private const int LockExclusive = 2;
    private const int LockNoWait = 4;
    private const int Interrupted = 4;
    private const int NotSupported = 95;
    private const int InvalidArgument = 22;
    private const int NoSpace = 28;
    private const int QuotaUsedUp = 122;
    private const int WouldBlock = 11;
    private const int DontNeed = 4;

    public static bool IsNoSpace(int error) => error is NoSpace or QuotaUsedUp;

    public static void DataSync(SafeFileHandle file, string path)
    {
        // A sync that was interrupted has not failed: nothing was reported lost. Every other error is final (SAFETY 24).
        while (fdatasync(file) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted) throw Failure("fdatasync", path, error);
        }
    }

    /// <summary>Reserves real blocks, so that later writes cannot run out of space. False when the file system cannot.</summary>
    public static bool TryAllocate(SafeFileHandle file, long length, string path)
    {
        while (true)
        {
            // posix_fallocate returns its error; it writes blocks itself where the file system has no call of its own.
            var error = posix_fallocate(file, 0, length);
            if (error == 0) return true;
            if (error == Interrupted) continue;
            if (error is NotSupported or InvalidArgument) return false;
            throw IsNoSpace(error) ? new DiskFullException($"{path}: no space for {length} bytes.") : Failure("posix_fallocate", path, error);
        }
    }

    /// <summary>Drops synced pages from the page cache. Advice: whether it is taken does not matter.</summary>
    public static void Uncache(SafeFileHandle file, long offset, long length) => _ = posix_fadvise(file, offset, length, DontNeed);

    public static void SyncFolder(string path)
    {
        var folder = open(path, ReadOnly);
        if (folder < 0) throw Failure("open", path, Marshal.GetLastPInvokeError());
        using var handle = new SafeFileHandle(folder, ownsHandle: true);
        while (fsync(handle) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted) throw Failure("fsync", path, error);
        }
    }

    /// <summary>Takes an exclusive lock that dies with the open file; false when somebody else holds it.</summary>
    public static bool TryLock(SafeFileHandle file, string path)
    {
        if (flock(file, LockExclusive | LockNoWait) == 0) return true;
        var error = Marshal.GetLastPInvokeError();
        return error == WouldBlock ? false : throw Failure("flock", path, error);
    }

    private static IOException Failure(string call, string path, int error) => new($"{call} of {path}: {Marshal.GetPInvokeErrorMessage(error)}", error);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle file);

    [LibraryImport("libc")]
    private static partial int posix_fallocate(SafeFileHandle file, long offset, long length);

    [LibraryImport("libc")]
    private static partial int posix_fadvise(SafeFileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(SafeFileHandle file, int operation);
}
