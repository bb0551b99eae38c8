namespace DLedger.Storage.Faster;

/// <summary>
/// A consistent end of the write-ahead log: the first byte behind the last frame, that frame and its number. <paramref name="LastFrame"/> is -1 for
/// an empty log.
/// </summary>
internal readonly record struct WalEnd(long Address, long LastFrame, long LastSequence);
