namespace DLedger.Remoting;

/// <summary>How much may be written to a socket without waiting for the other side, without asking the operating system before each write. Used under the connection's lock.</summary>
/// <param name="bytesMax">What surely fits in a socket that says it is writable; 0: never write so.</param>
/// <param name="isWritable">Asks it, without waiting.</param>
internal sealed class SendRoom(int bytesMax, Func<bool> isWritable)
{
    // What the kernel keeps beside the bytes of one frame, at most.
    private const int FrameOverheadBytes = 2 << 10;

    private int _left;

    /// <summary>Takes room for a frame. False: it might have to wait.</summary>
    public bool Take(int bytes)
    {
        var need = (long)bytes + FrameOverheadBytes;
        if (need > _left)
        {
            _left = 0;
            if (need > bytesMax || !isWritable()) return false;
            _left = bytesMax;
        }

        _left -= (int)need;
        return true;
    }

    /// <summary>Something was written without asking here.</summary>
    public void Forget() => _left = 0;
}
