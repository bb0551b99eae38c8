using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace DLedger.Host;

/// <summary>
/// Sees to it that descriptors 0 to 2 are the standard streams. When one of them was closed at the start, the runtime's own first file takes its
/// number, and a log line would go into a pipe of the runtime, or later into a data file. It is too late to move those, so the process starts itself
/// again, with the null device where something was missing.
/// </summary>
internal static partial class StandardDescriptors
{
    private const nuint WindowSize = 0x5413;
    private const nuint WindowSizeOfBsd = 0x40087468;
    private const int Count = 3;
    private const int GetDescriptorFlags = 1;
    private const int GetStatusFlags = 3;
    private const int CloseOnExec = 1;
    private const int AccessMode = 3;
    private const int ReadOnly = 0;
    private const int WriteOnly = 1;

    /// <summary>Whether there is something to read.</summary>
    public static bool InputIsMissing =>
        OperatingSystem.IsLinux() && Control(0, GetStatusFlags, 0) is var flags && (flags < 0 || (flags & AccessMode) == WriteOnly);

    /// <summary>
    /// Characters in a line of the terminal; null when it does not say. The runtime's console would ask for more, and change the terminal's mode for
    /// it.
    /// </summary>
    public static unsafe int? OutputWidth
    {
        get
        {
            if (OperatingSystem.IsWindows()) return Console.WindowWidth;
            var size = stackalloc ushort[4]; // rows, columns, and both in pixels
            var request = OperatingSystem.IsLinux() ? WindowSize : WindowSizeOfBsd;
            return Ask(1, request, size) == 0 && size[1] > 0 ? size[1] : null;
        }
    }

    /// <summary>Does not return when something was missing: the process begins anew.</summary>
    public static void Ensure()
    {
        if (!OperatingSystem.IsLinux()) return;

        // What a process gets from its parent never closes on exec; what the runtime opened does.
        var missing = Enumerable.Range(0, Count)
            .Where(descriptor => Control(descriptor, GetDescriptorFlags, 0) is var flags && (flags < 0 || (flags & CloseOnExec) != 0)).ToList();
        if (missing.Count == 0) return;
        var command = File.ReadAllBytes("/proc/self/cmdline");
        var program = Environment.ProcessPath ?? "/proc/self/exe";
        foreach (var descriptor in missing)
        {
            // The wrong way round, so that a read or a write fails instead of seeming to succeed.
            var nothing = Open("/dev/null", descriptor == 0 ? WriteOnly : ReadOnly);
            if (nothing < 0 || (nothing != descriptor && Duplicate(nothing, descriptor) < 0)) throw new Win32Exception(Marshal.GetLastPInvokeError());
            if (nothing >= Count) _ = Close(nothing);
        }

        Start(program, Split(command));
    }

    private static unsafe void Start(string program, List<byte[]> arguments)
    {
        var pointers = (byte**)NativeMemory.AllocZeroed((nuint)arguments.Count + 1, (nuint)sizeof(byte*));
        for (var i = 0; i < arguments.Count; i++)
        {
            pointers[i] = (byte*)NativeMemory.AllocZeroed((nuint)arguments[i].Length + 1);
            arguments[i].CopyTo(new Span<byte>(pointers[i], arguments[i].Length));
        }

        // Returns only when it fails; then whoever started us learns it by the exit code, since there may be no stream to say it on.
        _ = Execute(program, pointers);
        throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    private static List<byte[]> Split(byte[] command)
    {
        var arguments = new List<byte[]>();
        for (var rest = command.AsSpan(); !rest.IsEmpty;)
        {
            var end = rest.IndexOf((byte)0);
            if (end < 0) end = rest.Length;
            arguments.Add(rest[..end].ToArray());
            rest = rest[Math.Min(end + 1, rest.Length)..];
        }

        return arguments;
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int Ask(int descriptor, nuint request, ushort* size);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Duplicate(int from, int to);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int Execute(string path, byte** arguments);
}
