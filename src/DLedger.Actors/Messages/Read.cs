namespace DLedger;

/// <summary>Asks a member for committed entries. Answered with one <see cref="ReadResult"/>.</summary>
/// <param name="From">The entry index to start at.</param>
/// <param name="Count">At most so many entries, at least 1.</param>
/// <param name="MaxBytes">At most so many bytes of bodies; at least one entry is returned if there is one.</param>
/// <param name="Mode">How fresh the answer must be.</param>
public sealed record Read(long From, int Count = 1, int MaxBytes = 65536, ReadMode Mode = ReadMode.Linearizable) : DLedgerRequest<ReadResult>;
