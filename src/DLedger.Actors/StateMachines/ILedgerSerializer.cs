using System.Buffers;

namespace DLedger;

/// <summary>
/// Turns commands and replies into bytes and back. What it writes stays in the log for as long as the log is kept: it must be able to read what
/// earlier versions of an application wrote.
/// </summary>
public interface ILedgerSerializer
{
    /// <param name="value">May be null if the type allows it.</param>
    /// <param name="target">Where to.</param>
    void Write<T>(T value, IBufferWriter<byte> target);

    /// <param name="source">What was written as this type. Not to be kept beyond what the value needs.</param>
    T Read<T>(ReadOnlyMemory<byte> source);
}
