namespace DLedger;

/// <summary>
/// The place of a request in a sender's stream. The leader, per term, takes a stream's requests only without a gap and answers
/// <see cref="RejectReason.OutOfOrder"/> to the rest, so that a request lost on the way never lets a later one pass it.
/// </summary>
/// <param name="Id">Names the stream; drawn by the sender.</param>
/// <param name="Sequence">Grows by one with each request.</param>
/// <param name="Start">True: this request starts the stream anew at this sequence, whatever came before.</param>
public sealed record AppendStream(Guid Id, long Sequence, bool Start);
