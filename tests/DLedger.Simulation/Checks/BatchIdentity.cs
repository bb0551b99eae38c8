using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>
/// Raft 5.3, log matching: batches of the same index and term are the same bytes, on whatever node. The bytes name the term of the batch before, and
/// no log takes a batch whose predecessor it lacks, so by induction all before them is the same too.
/// </summary>
internal sealed class BatchIdentity
{
    private readonly Dictionary<LogPoint, (string Node, Batch Batch)> _batches = [];

    /// <summary>True if nobody has written this batch before: then it was made here.</summary>
    public bool Written(string node, Batch batch)
    {
        if (!_batches.TryGetValue(batch.Point, out var known))
        {
            _batches.Add(batch.Point, (node, batch));
            return true;
        }

        Invariant.Holds(
            ReferenceEquals(known.Batch, batch) || known.Batch.Encoded.Span.SequenceEqual(batch.Encoded.Span),
            $"{known.Node} and {node} have written different batches at {batch.Point}: {known.Batch} and {batch}.");
        return false;
    }
}
