using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DLedger.Storage.Faster;

/// <summary>The calls of the operating system that .NET has no name for. Linux only, but for opening and syncing a folder.</summary>
internal static partial class LinuxDisk
{
    private const int ReadOnly = 0;
    private const int LockShared = 1;
    private const int LockExclusive = 2;
    private const int LockNoWait = 4;
    private const int Interrupted = 4;
    private const int NotSupported = 95;
    private const int InvalidArgument = 22;
    private const int NoSpace = 28;
    private const int QuotaUsedUp = 122;
    private const int WouldBlock = 11;
    private const int NoEntry = 2;
    private const int PermissionDenied = 13;
    private const int NotAFolder = 20;
    private const int NoLocks = 37;
    private const int NotImplemented = 38;
    private const int DontNeed = 4;
    private const int CloseOnExec = 0x80000;
    private const int FilesOfSystemUsedUp = 23;
    private const int FilesUsedUp = 24;
    private const int SetDescriptionLock = 37;
    private const short ReadLock = 0;
    private const short WriteLock = 1;
    private const int HereByPath = -100;
    private const int OfHandle = 0x1000;
    private const uint InodeWanted = 0x100;
    private const int StatusBytes = 256;
    private const int InodeAt = 32;
    private const int DeviceAt = 136;

    public static bool IsNoSpace(int error) => error is NoSpace or QuotaUsedUp;

    public static bool IsNoDescriptor(int error) => error is FilesUsedUp or FilesOfSystemUsedUp;

    /// <summary>Drawn at random when the kernel starts; null where it is not told.</summary>
    public static string? BootId()
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() is { Length: > 0 } id ? id : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

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
        int folder;
        while ((folder = open(path, ReadOnly | CloseOnExec)) < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == Interrupted || (IsNoDescriptor(error) && DescriptorReserve.TryGiveUp())) continue;
            throw IsNoDescriptor(error)
                ? new NoDescriptorException($"{path}: {Marshal.GetPInvokeErrorMessage(error)}.")
                : Failure("open", path, error);
        }

        using var handle = new SafeFileHandle(folder, ownsHandle: true);
        while (fsync(handle) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted) throw Failure("fsync", path, error);
        }
    }

    /// <summary>Takes a lock that dies with the open file; false when somebody else holds it.</summary>
    public static bool TryLock(SafeFileHandle file, string path, bool exclusive)
    {
        if (flock(file, (exclusive ? LockExclusive : LockShared) | LockNoWait) == 0) return true;
        var error = Marshal.GetLastPInvokeError();
        if (error == WouldBlock) return false;
        // Who only reads takes what lock there is; a file system without any is often just where a backup lies.
        if (!exclusive && (error is InvalidArgument or NotSupported or NoLocks or NotImplemented)) return true;
        throw Failure("flock", path, error);
    }

    /// <summary>
    /// Takes a lock that belongs to the open file: it goes when that is closed, and not, as an ordinary record lock, when any other handle of the
    /// file is. It is none of those that .NET takes at each opening, so that a copy of the folder can be made while it is in use. False when somebody
    /// else holds it.
    /// </summary>
    public static unsafe bool TryLockDescription(SafeFileHandle file, bool exclusive, string path)
    {
        var wanted = new RecordLock { Type = exclusive ? WriteLock : ReadLock };
        while (fcntl(file, SetDescriptionLock, &wanted) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == Interrupted) continue;
            if (error is WouldBlock or PermissionDenied) return false;
            // Not every file system has them; the lock file is locked in any case.
            if (error is InvalidArgument or NotSupported or NoLocks or NotImplemented) return true;
            throw Failure("fcntl", path, error);
        }

        return true;
    }

    /// <summary>Whether a path leads to an open file; true where the system cannot tell.</summary>
    public static unsafe bool LeadsTo(string path, SafeFileHandle file)
    {
        var there = stackalloc byte[StatusBytes];
        var open = stackalloc byte[StatusBytes];
        if (statx(file, "", OfHandle, InodeWanted, open) != 0) return true;
        if (statx(HereByPath, path, 0, InodeWanted, there) != 0) return Marshal.GetLastPInvokeError() is not (NoEntry or NotAFolder);
        return *(long*)(there + InodeAt) == *(long*)(open + InodeAt) && *(long*)(there + DeviceAt) == *(long*)(open + DeviceAt);
    }

    /// <summary>A descriptor that holds a place; null when there is none.</summary>
    public static SafeFileHandle? TryOpenSpare()
    {
        var spare = open("/dev/null", ReadOnly | CloseOnExec);
        return spare < 0 ? null : new SafeFileHandle(spare, ownsHandle: true);
    }

    private static IOException Failure(string call, string path, int error) =>
        new($"{call} of {path}: {Marshal.GetPInvokeErrorMessage(error)}", error);

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

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int fcntl(SafeFileHandle file, int command, RecordLock* record);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int statx(SafeFileHandle folder, string path, int flags, uint wanted, byte* status);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int statx(int folder, string path, int flags, uint wanted, byte* status);

    /// <summary>As 64-bit Linux has it; all zeros but the type is the whole file.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct RecordLock
    {
        public short Type;
        public short From;
        public long Start;
        public long Length;
        public int Process;
    }
}
