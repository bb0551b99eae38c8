namespace DLedger.Remoting;

/// <summary>
/// How much may be written to a socket without waiting for the other side, without asking the operating system before each write. Used under the
/// connection's lock.
/// </summary>
/// <param name="bytesMax">What surely fits in a socket that says it is writable; 0: never write so.</param>
/// <param name="isWritable">Asks it, without waiting.</param>
/// <param name="nowMs">The time.</param>
internal sealed class SendCredit(int bytesMax, Func<bool> isWritable, Func<long> nowMs)
{
    // An answer is good for so long: under pressure the kernel takes back room that it has shown, and whoever writes here must not wait.
    private const int GoodForMs = 1_000;

    // What the kernel keeps beside the bytes of one frame, at most.
    private const int FrameOverheadBytes = 2 << 10;

    private int _left;
    private long _askedMs;

    /// <summary>Takes room for a frame. False: it might have to wait.</summary>
    public bool Take(int bytes)
    {
        var need = (long)bytes + FrameOverheadBytes;
        if (need > _left || nowMs() - _askedMs > GoodForMs)
        {
            _left = 0;
            if (need > bytesMax || !isWritable()) return false;
            _left = bytesMax;
            _askedMs = nowMs();
        }

        _left -= (int)need;
        return true;
    }

    /// <summary>Something was written without asking here.</summary>
    public void Forget() => _left = 0;
}
