namespace DLedger.Remoting;

/// <summary>
/// What has come in on a connection and is not yet read. Small while little comes; what is left of something large goes from the wire to where it
/// stays.
/// </summary>
internal sealed class ReceiveBuffer(IWire wire, int bytesMax)
{
    private const int FirstBytes = 4 << 10;
    private const int GrowthFactor = 4;

    private byte[] _buffer = new byte[Math.Min(FirstBytes, bytesMax)];
    private int _start;
    private int _end;

    public int Available => _end - _start;

    /// <summary>Waits until so much is there; far less than the buffer holds. False: the other side has ended.</summary>
    public bool Fill(int bytes)
    {
        if (Available >= bytes) return true;
        var left = _buffer.AsSpan(_start, Available);
        if (_end == _buffer.Length && _buffer.Length < bytesMax)
        {
            // Much comes at once: worth fewer and larger receives.
            var larger = new byte[bytesMax];
            left.CopyTo(larger);
            _buffer = larger;
        }
        else
        {
            left.CopyTo(_buffer);
        }

        (_start, _end) = (0, left.Length);
        while (_end < bytes)
        {
            var got = wire.Receive(_buffer.AsSpan(_end));
            if (got == 0) return false;
            _end += got;
        }

        return true;
    }

    /// <summary>Valid until the next call.</summary>
    public ReadOnlySpan<byte> Take(int bytes)
    {
        var taken = _buffer.AsSpan(_start, bytes);
        _start += bytes;
        return taken;
    }

    /// <summary>An array of its own with the next so many bytes. Null: the other side has ended.</summary>
    /// <param name="bytes">As the other side claims; allocated as they come.</param>
    /// <param name="aheadMax">Allocated at first, at most.</param>
    public byte[]? TakeArray(int bytes, int aheadMax)
    {
        var array = GC.AllocateUninitializedArray<byte>(Math.Min(bytes, Math.Max(aheadMax, Available)));
        var done = Math.Min(bytes, Available);
        Take(done).CopyTo(array);
        while (done < bytes)
        {
            if (done == array.Length)
            {
                var larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(bytes, (long)array.Length * GrowthFactor));
                array.AsSpan().CopyTo(larger);
                array = larger;
            }

            var got = wire.Receive(array.AsSpan(done));
            if (got == 0) return null;
            done += got;
        }

        return array;
    }
}
