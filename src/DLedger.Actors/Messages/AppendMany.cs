namespace DLedger;

/// <summary>
/// Asks a group's leader to append several entries, all or nothing: they get consecutive numbers and are never split over two batches. Answered with
/// one <see cref="AppendResult"/>.
/// </summary>
/// <param name="bodies">See <see cref="Bodies"/>.</param>
/// <param name="stream">See <see cref="Stream"/>.</param>
public sealed class AppendMany(IReadOnlyList<ReadOnlyMemory<byte>> bodies, AppendStream? stream = null) : DLedgerRequest<AppendResult>
{
    /// <summary>
    /// At least one; together, with 4 bytes each for their lengths, at most <c>batch-bytes-max</c>; a single one, at most <c>max-entry-size</c>.
    /// Owned by the message.
    /// </summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Bodies { get; } = bodies;

    /// <summary>Keeps pipelined requests in order; null for none.</summary>
    public AppendStream? Stream { get; } = stream;

    /// <summary>The state machine's replies come back with the answer (<see cref="AppendResult.Applied"/>).</summary>
    public bool WantsReplies { get; init; }

    private protected override object Content => new { Bodies, Stream, WantsReplies };
}
