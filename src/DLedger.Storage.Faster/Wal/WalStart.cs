namespace DLedger.Storage.Faster;

/// <summary>Where a write-ahead log goes on: its end, its last frame, and the incarnation that this opening has raised (SAFETY 21).</summary>
internal readonly record struct WalStart(long End, long LastFrame, long LastSequence, uint Incarnation);
