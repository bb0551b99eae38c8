namespace DLedger;

/// <summary>One committed entry.</summary>
/// <param name="Index">Dense, from 0.</param>
/// <param name="Term">The term of the leader that appended it.</param>
/// <param name="Body">Exactly the bytes that were appended.</param>
public sealed record LedgerEntry(long Index, long Term, ReadOnlyMemory<byte> Body);
