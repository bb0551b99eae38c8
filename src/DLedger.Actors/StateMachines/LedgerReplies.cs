using System.Buffers;

namespace DLedger;

/// <summary>
/// The replies of a machine, one behind the other in one buffer. A reply is given whole (<see cref="Add"/>), or written piece by piece and ended
/// (<see cref="End"/>); one that is ended at once is empty.
/// </summary>
public sealed class LedgerReplies : IBufferWriter<byte>
{
    // What one turn with large replies needed is not kept for ever.
    private const int KeptBytesMax = 1 << 20;

    private readonly ArrayBufferWriter<byte> _written = new();
    private int[] _ends = new int[64];

    internal LedgerReplies()
    {
    }

    /// <summary>How many have been ended.</summary>
    public int Count { get; private set; }

    /// <summary>A reply of these bytes, which are copied.</summary>
    public void Add(ReadOnlySpan<byte> reply)
    {
        _written.Write(reply);
        End();
    }

    /// <summary>The reply of the next entry ends here.</summary>
    public void End()
    {
        if (Count == _ends.Length) Array.Resize(ref _ends, 2 * Count);
        _ends[Count++] = _written.WrittenCount;
    }

    /// <inheritdoc/>
    public void Advance(int count) => _written.Advance(count);

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0) => _written.GetMemory(sizeHint);

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => _written.GetSpan(sizeHint);

    /// <summary>Valid until the next <see cref="Clear"/>.</summary>
    internal ReadOnlySpan<byte> this[int place] => _written.WrittenSpan[StartOf(place).._ends[place]];

    /// <summary>What so many replies take together.</summary>
    internal int BytesOf(int first, int count) => _ends[first + count - 1] - StartOf(first);

    internal void Clear()
    {
        if (_written.Capacity > KeptBytesMax) _written.Clear();
        _written.ResetWrittenCount();
        Count = 0;
    }

    private int StartOf(int place) => place == 0 ? 0 : _ends[place - 1];
}
