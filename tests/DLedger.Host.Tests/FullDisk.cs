namespace DLedger.Host.Tests;

/// <summary>An output that takes so many bytes and no more.</summary>
internal sealed class FullDisk(int room) : MemoryStream
{
    public const string Trouble = "No space left on device";

    private int _room = room;

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length > _room) throw new IOException(Trouble);
        _room -= buffer.Length;
        base.Write(buffer.ToArray(), 0, buffer.Length);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer, offset, count);
        return Task.CompletedTask;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }
}
