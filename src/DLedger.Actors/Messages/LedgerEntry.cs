namespace DLedger;

/// <summary>One committed entry.</summary>
/// <param name="index">See <see cref="Index"/>.</param>
/// <param name="term">See <see cref="Term"/>.</param>
/// <param name="body">See <see cref="Body"/>.</param>
public sealed class LedgerEntry(long index, long term, ReadOnlyMemory<byte> body)
{
    /// <summary>Dense, from 0.</summary>
    public long Index { get; } = index;

    /// <summary>The term of the leader that appended it.</summary>
    public long Term { get; } = term;

    /// <summary>Exactly the bytes that were appended.</summary>
    public ReadOnlyMemory<byte> Body { get; } = body;
}
