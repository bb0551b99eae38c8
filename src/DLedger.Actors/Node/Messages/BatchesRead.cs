using DLedger.Core;

namespace DLedger.Node;

/// <summary>Answer to <see cref="ReadLog"/>.</summary>
internal sealed record BatchesRead(ReadOutcome Outcome, IReadOnlyList<Batch> Batches, long Question) : ILocalMessage;
