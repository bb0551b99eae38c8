namespace DLedger.Remoting;

/// <summary>Bytes that all connections of a transport hold together.</summary>
internal sealed class SharedBudget(long bytesMax)
{
    private long _bytes;

    public long Bytes => Interlocked.Read(ref _bytes);

    public bool IsExceeded => Bytes > bytesMax;

    public bool HasRoom(int bytes) => Bytes + bytes <= bytesMax;

    public void Add(long bytes) => Interlocked.Add(ref _bytes, bytes);
}
