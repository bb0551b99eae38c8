namespace DLedger.Remoting;

/// <summary>What a frame says of itself; nothing of it is true before it is checked.</summary>
internal readonly record struct FrameHeader(int MessageBytes, int AttachedBytes)
{
    public long Bytes => (long)MessageBytes + AttachedBytes;

    /// <summary>Whether there can be such a frame at all.</summary>
    public bool IsPossible => MessageBytes > 0 && AttachedBytes >= 0;
}
