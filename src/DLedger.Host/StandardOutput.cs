using System.Runtime.InteropServices;

namespace DLedger.Host;

/// <summary>
/// Standard output that says when nobody reads it any more. The runtime's own stream ignores a closed pipe on Unix, so that
/// <c>dledger tail | head -1</c> would go on for ever; a FileStream on the same handle would keep a position of its own and overwrite what others wrote.
/// </summary>
internal sealed class StandardOutput : Stream
{
    private const int FileDescriptor = 1;
    private const int InterruptedErrno = 4;
    private const int TryAgainErrno = 11;

    private readonly Stream _stock = Console.OpenStandardOutput();

    private StandardOutput()
    {
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public static Stream Open() => OperatingSystem.IsLinux() ? new StandardOutput() : Console.OpenStandardOutput();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var written = WriteTo(FileDescriptor, ref MemoryMarshal.GetReference(buffer), buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            var errno = Marshal.GetLastPInvokeError();
            if (errno == InterruptedErrno) continue;
            if (errno == TryAgainErrno)
            {
                // Somebody made the descriptor non-blocking; the stock stream knows how to wait for it.
                _stock.Write(buffer);
                return;
            }

            throw new OutputClosedException(Marshal.GetPInvokeErrorMessage(errno));
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

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint WriteTo(int fileDescriptor, ref byte bytes, nint count);
}
