namespace DLedger.Host.Tests;

/// <summary>An output that nobody reads any more.</summary>
internal sealed class ClosedPipe : MemoryStream
{
    public override void Write(byte[] buffer, int offset, int count) => throw new OutputClosedException("Broken pipe");

    public override void Write(ReadOnlySpan<byte> buffer) => throw new OutputClosedException("Broken pipe");

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        throw new OutputClosedException("Broken pipe");

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        throw new OutputClosedException("Broken pipe");
}
