namespace DLedger.Core.Tests.Owner;

/// <summary>
/// A log without a disk: takes what it is told to take; what was written is flushed when the test says so. A batch, a cut and a reset take ten bytes
/// each.
/// </summary>
internal sealed class ScriptedWriter : ILogWriter
{
    private const int BytesEach = 10;

    private readonly List<Batch> _batches = [];

    /// <summary>What the next writes come to; accepted when there is no more.</summary>
    public Queue<WriteOutcome> Outcomes { get; } = new();

    /// <summary>Thrown by the next append, before the log has anything.</summary>
    public Exception? Throws { get; set; }

    public LogBase Base { get; private set; } = LogBase.Empty;

    public Tail Tail => _batches.Count == 0 ? Base.Tail : _batches[^1].Tail;

    public TermTable Terms { get; } = new(LogPoint.Origin);

    public long FreeBytes { get; set; } = 1 << 20;

    public bool SpaceIsComing { get; set; }

    public int MaxBatchBytes { get; set; } = 1 << 20;

    /// <summary>Where the last write ends.</summary>
    public WalAddress End { get; private set; }

    /// <summary>Up to where <see cref="FindNewBase"/> was asked last.</summary>
    public LogIndex Retained { get; private set; }

    /// <summary>What <see cref="FindNewBase"/> proposes.</summary>
    public Tail? Proposed { get; set; }

    public LogBase? Checkpoint { get; private set; }

    public int MaxPrefixBytes => LogBase.PrefixBytesMax;

    public IReadOnlyList<Batch> Batches => _batches;

    public WriteOutcome TryAppend(Batch batch, out WalAddress endsAt)
    {
        if (Throws is { } error) throw error;
        if (!Accepts(out endsAt, out var outcome)) return outcome;
        Cut(batch.Index.Previous);
        Invariant.Holds(batch.PreviousPoint == Tail.Point, $"{batch} cannot follow {Tail}.");
        _batches.Add(batch);
        Terms.Append(batch.Point);
        return outcome;
    }

    public WriteOutcome TryTruncate(LogIndex last, out WalAddress endsAt)
    {
        if (Accepts(out endsAt, out var outcome)) Cut(last);
        return outcome;
    }

    public WriteOutcome TryReset(LogBase newBase, out WalAddress endsAt)
    {
        if (!Accepts(out endsAt, out var outcome)) return outcome;
        _batches.Clear();
        Base = newBase;
        Terms.Reset(newBase.Point);
        return outcome;
    }

    public Tail? FindNewBase(LogIndex committed)
    {
        Retained = committed;
        return Proposed;
    }

    public void MoveBase(LogBase newBase) => Base = newBase;

    public void KeepCheckpoint(LogBase asOf) => Checkpoint = asOf;

    private bool Accepts(out WalAddress endsAt, out WriteOutcome outcome)
    {
        endsAt = default;
        outcome = Outcomes.TryDequeue(out var scripted) ? scripted : WriteOutcome.Accepted;
        if (outcome != WriteOutcome.Accepted) return false;
        endsAt = End = new WalAddress(End.Value + BytesEach);
        return true;
    }

    private void Cut(LogIndex last)
    {
        while (_batches.Count > 0 && _batches[^1].Index > last) _batches.RemoveAt(_batches.Count - 1);
        Terms.TruncateAfter(last);
    }
}
