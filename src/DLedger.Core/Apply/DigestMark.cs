namespace DLedger.Core;

/// <summary>The digest of all results up to a batch: what members compare (SAFETY 56).</summary>
/// <param name="At">The batch.</param>
/// <param name="Next">The entry behind it.</param>
/// <param name="Digest">Of all results before that entry.</param>
internal readonly record struct DigestMark(LogIndex At, EntryIndex Next, ResultDigest Digest);
