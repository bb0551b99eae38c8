namespace DLedger.Host;

/// <summary>How far a check of a store is, in bytes.</summary>
internal readonly record struct VerifyProgress(string File, long BytesRead, long BytesTotal);
