namespace DLedger.Host;

/// <summary>What a check of a store found; entry indexes, -1 when there is none.</summary>
internal sealed record VerifyReport(string Group, string NodeId, long Files, long Bytes, long Batches, long Entries, long FirstIndex, long LastIndex, long Term);
