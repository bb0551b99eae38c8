namespace DLedger.Core;

/// <summary>Limits of what a leader takes.</summary>
/// <param name="MaxEntrySize">In bytes.</param>
/// <param name="BatchBytesMax">Encoded bytes at which a batch is closed; most bytes of one request of several entries.</param>
/// <param name="PendingEntriesMax">Most entries outstanding.</param>
/// <param name="PendingBytesMax">Most bytes of bodies outstanding.</param>
internal sealed record IntakeSettings(int MaxEntrySize, int BatchBytesMax, int PendingEntriesMax, long PendingBytesMax);
