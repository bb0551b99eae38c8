namespace DLedger.Host;

/// <summary>
/// Cuts a stream into lines at each <c>\n</c>, byte for byte: no decoding, a <c>\r</c> stays, an empty line is a line, and so is what follows the
/// last <c>\n</c>.
/// </summary>
internal sealed class LineReader(Stream stream, int lineBytesMax)
{
    private const int ChunkBytes = 64 * 1024;

    private byte[] _buffer = new byte[ChunkBytes];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>
    /// The next line, owned by the caller; null at the end. Throws <see cref="OperationFailedException"/> for one over the limit, since its end
    /// cannot be awaited in bounded memory.
    /// </summary>
    public async ValueTask<byte[]?> ReadAsync(CancellationToken cancellation)
    {
        var searched = 0;
        while (true)
        {
            var newline = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (newline >= 0) return Take(searched + newline, skip: 1);
            searched = _end - _start;
            if (searched > lineBytesMax) throw new OperationFailedException($"a line of more than {lineBytesMax} bytes");
            if (_ended) return searched == 0 ? null : Take(searched, skip: 0);
            await FillAsync(cancellation).ConfigureAwait(false);
        }
    }

    private byte[] Take(int length, int skip)
    {
        var line = _buffer.AsSpan(_start, length).ToArray();
        _start += length + skip;
        return line;
    }

    private async ValueTask FillAsync(CancellationToken cancellation)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);

        // A console's read does not listen to its token; the wait does.
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation).AsTask().WaitAsync(cancellation).ConfigureAwait(false);
        _ended = read == 0;
        _end += read;
    }
}
