namespace DLedger.Actors.Tests.Remoting;

/// <summary>
/// A stream in memory from whoever writes to whoever reads, who waits for more until it is closed. Gives out at most so much at once.
/// </summary>
internal sealed class MemoryPipe(int bytesAtOnceMax = int.MaxValue) : Stream
{
    private readonly object _gate = new();
    private readonly Queue<byte> _bytes = [];
    private bool _closed;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        lock (_gate)
        {
            while (_bytes.Count == 0)
            {
                if (_closed) return 0;
                if (!Monitor.Wait(_gate, Inbox.Deadline)) throw new TimeoutException("Nothing was written.");
            }

            var count = Math.Min(Math.Min(buffer.Length, bytesAtOnceMax), _bytes.Count);
            for (var i = 0; i < count; i++) buffer[i] = _bytes.Dequeue();
            return count;
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_gate)
        {
            if (_closed) throw new IOException("It is closed.");
            foreach (var one in buffer) _bytes.Enqueue(one);
            Monitor.PulseAll(_gate);
        }
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }

        base.Dispose(disposing);
    }
}
