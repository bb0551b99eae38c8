namespace DLedger.Storage.Faster;

/// <summary>What a check of a whole store found.</summary>
/// <param name="Batches">Live batches.</param>
/// <param name="Entries">Live entries.</param>
/// <param name="Bytes">Bytes of the log that were read and checked, superseded ones included.</param>
/// <param name="FirstEntry">The number of the first live entry; -1 when there is none.</param>
/// <param name="LastEntry">The number of the last live entry; -1 when there is none.</param>
/// <param name="TornBytes">Bytes behind the end of the log that hold the remains of a write that never finished; the next opening cuts them.</param>
/// <param name="Damage">The first damage, in one line; null when everything is whole.</param>
/// <param name="DamagedFile">The file it is in.</param>
/// <param name="DamagedAt">Its offset there, in bytes.</param>
internal sealed record VerifyReport(
    string Group, string NodeId, Guid StoreId, long Term, long Batches, long Entries, long Bytes, long FirstEntry, long LastEntry, long TornBytes,
    string? Damage, string? DamagedFile, long DamagedAt)
{
    /// <summary>Nothing is damaged.</summary>
    public bool IsWhole => Damage is null;
}
