namespace DLedger;

/// <summary>
/// Asks a group's leader to append several entries, all or nothing: they get consecutive numbers and are never split over two batches. Answered with
/// one <see cref="AppendResult"/>.
/// </summary>
/// <param name="Bodies">At least one; together, with 4 bytes each for their lengths, at most <c>batch-bytes-max</c>; a single one, at most
/// <c>max-entry-size</c>. Owned by the message.</param>
/// <param name="Stream">Keeps pipelined requests in order; null for none.</param>
public sealed record AppendMany(IReadOnlyList<ReadOnlyMemory<byte>> Bodies, AppendStream? Stream = null) : DLedgerRequest<AppendResult>
{
    /// <summary>The state machine's replies come back with the answer (<see cref="AppendResult.Applied"/>).</summary>
    public bool WantsReplies { get; init; }
}
