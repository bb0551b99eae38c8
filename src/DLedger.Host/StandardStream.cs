using System.Runtime.InteropServices;

namespace DLedger.Host;

/// <summary>
/// Standard output, or the error stream, that tells every write that did not arrive. The runtime's own stream ignores a closed pipe on Unix, so that
/// <c>dledger tail | head -1</c> would go on for ever; a FileStream on the same handle would keep a position of its own and overwrite what others
/// wrote.
/// </summary>
internal sealed class StandardStream : Stream
{
    private const int InterruptedErrno = 4;
    private const int BadDescriptorErrno = 9;
    private const int BrokenPipeErrno = 32;

    // EAGAIN on Linux, and on macOS and the BSDs.
    private const int TryAgainErrno = 11;
    private const int TryAgainErrnoOfBsd = 35;

    private readonly int _descriptor;
    private readonly Stream _stock;

    private StandardStream(int descriptor, Stream stock)
    {
        _descriptor = descriptor;
        _stock = stock;
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public static Stream Output() => Of(1, Console.OpenStandardOutput());

    public static Stream Error() => Of(2, Console.OpenStandardError());

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var written = Native.Write(_descriptor, ref MemoryMarshal.GetReference(buffer), buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            var errno = Marshal.GetLastPInvokeError();
            switch (errno)
            {
                case InterruptedErrno:
                    continue;
                case TryAgainErrno or TryAgainErrnoOfBsd when errno == (OperatingSystem.IsLinux() ? TryAgainErrno : TryAgainErrnoOfBsd):
                    // Somebody made the descriptor non-blocking; the stock stream knows how to wait for it.
                    _stock.Write(buffer);
                    return;
                case BrokenPipeErrno:
                    throw new OutputClosedException(Marshal.GetPInvokeErrorMessage(errno));
                case BadDescriptorErrno:
                    throw new OutputMissingException("cannot write the output: it was closed when this command was started");
                default:
                    throw new IOException($"cannot write the output: {Marshal.GetPInvokeErrorMessage(errno)}");
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _stock.Dispose();
        base.Dispose(disposing);
    }

    private static Stream Of(int descriptor, Stream stock) => OperatingSystem.IsWindows() ? stock : new StandardStream(descriptor, stock);

    private static class Native
    {
        [DllImport("libc", EntryPoint = "write", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern nint Write(int fileDescriptor, ref byte bytes, nint count);
    }
}
