namespace DLedger;

/// <summary>
/// The place of a request in a sender's stream. The leader, per term, takes a stream's requests only without a gap and answers
/// <see cref="RejectReason.OutOfOrder"/> to the rest, so that a request lost on the way never lets a later one pass it.
/// </summary>
/// <param name="id">See <see cref="Id"/>.</param>
/// <param name="sequence">See <see cref="Sequence"/>.</param>
/// <param name="start">See <see cref="Start"/>.</param>
public sealed class AppendStream(Guid id, long sequence, bool start)
{
    /// <summary>Names the stream; drawn by the sender.</summary>
    public Guid Id { get; } = id;

    /// <summary>Grows by one with each request.</summary>
    public long Sequence { get; } = sequence;

    /// <summary>True: this request starts the stream anew at this sequence, whatever came before.</summary>
    public bool Start { get; } = start;
}
