using DLedger.Core;

namespace DLedger.Storage.Faster.Tests;

/// <summary>What a log must hold, in the plainest way: a base and a list.</summary>
internal sealed class ModelLog
{
    public LogBase Base { get; private set; } = LogBase.Empty;

    public List<Batch> Batches { get; } = [];

    public Tail Tail => Batches.Count == 0 ? Base.Tail : Batches[^1].Tail;

    /// <summary>What stands at an index: the tail of that batch, or the base.</summary>
    public Tail At(LogIndex index) => index == Base.Index ? Base.Tail : Batches[(int)(index.Value - Base.Index.Value) - 1].Tail;

    public void Append(Batch batch)
    {
        Truncate(batch.Index.Previous);
        Batches.Add(batch);
    }

    public void Truncate(LogIndex last) => Batches.RemoveRange((int)(last.Value - Base.Index.Value), (int)(Tail.Index.Value - last.Value));

    public void Reset(LogBase newBase)
    {
        Base = newBase;
        Batches.Clear();
    }

    /// <summary>Everything up to the new base is gone.</summary>
    public void MoveBase(LogBase newBase)
    {
        Batches.RemoveRange(0, (int)(newBase.Index.Value - Base.Index.Value));
        Base = newBase;
    }

    public ModelLog Copy()
    {
        var copy = new ModelLog { Base = Base };
        copy.Batches.AddRange(Batches);
        return copy;
    }

    /// <summary>Null if a log reads back as exactly this; else the first difference, in words.</summary>
    public string? DifferenceFrom(IGroupLog log, int bytesMax = int.MaxValue)
    {
        var writer = log.Writer;
        if (!writer.Base.Equals(Base)) return $"the writer's base is {writer.Base}, not {Base}";
        if (log.Reader.Base != Base.Tail) return $"the reader's base is {log.Reader.Base}, not {Base}";
        if (writer.Tail != Tail) return $"the tail is {writer.Tail}, not {Tail}";
        if (writer.Terms.Base != Base.Point || writer.Terms.Last != Tail.Point)
            return $"the term table goes from {writer.Terms.Base} to {writer.Terms.Last}, not from {Base} to {Tail}";
        var next = Base.Index.Next;
        var read = new List<Batch>();
        while (next <= Tail.Index)
        {
            read.Clear();
            var outcome = log.Reader.Read(next, bytesMax, read);
            if (outcome != ReadOutcome.Found || read.Count == 0) return $"read from {next} said {outcome} with {read.Count} batches";
            foreach (var batch in read)
            {
                if (next > Tail.Index) return $"read gave {batch}, beyond the tail {Tail}";
                var expected = Batches[(int)(next.Value - Base.Index.Value) - 1];
                if (!batch.Encoded.Span.SequenceEqual(expected.Encoded.Span)) return $"at {next} there is {batch}, not {expected}";
                if (writer.Terms.TermAt(next) != expected.Term)
                    return $"the term table has {writer.Terms.TermAt(next)} at {next}, not {expected.Term}";
                next = next.Next;
            }
        }

        read.Clear();
        if (log.Reader.Read(Tail.Index.Next, bytesMax, read) is var above && above != ReadOutcome.AboveTail)
            return $"read above the tail said {above}";
        if (Base.Index.Value > 0 && log.Reader.Read(Base.Index, bytesMax, read) is var below && below != ReadOutcome.BelowBase)
            return $"read of the base said {below}";
        return read.Count == 0 ? DifferenceInPoints(log.Reader) : "a read that found nothing added batches";
    }

    private string? DifferenceInPoints(ILogReader reader)
    {
        if (reader.PointAt(Base.Index) != Base.Point) return $"the point of the base is {reader.PointAt(Base.Index)}, not {Base.Point}";
        if (reader.PointAt(Tail.Index.Next) is { } beyond) return $"there is a point {beyond} above the tail";
        if (Base.Index.Value > 0 && reader.PointAt(Base.Index.Previous) is { } before) return $"there is a point {before} below the base";
        foreach (var batch in Batches)
        {
            if (reader.PointAt(batch.Index) != batch.Point) return $"the point at {batch.Index} is {reader.PointAt(batch.Index)}, not {batch.Point}";
            if (batch.Count == 0) continue;
            if (reader.Find(batch.FirstEntry) != batch.Index)
                return $"entry {batch.FirstEntry} is found at {reader.Find(batch.FirstEntry)}, not {batch.Index}";
            var last = batch.FirstEntry.Plus(batch.Count - 1);
            if (reader.Find(last) != batch.Index) return $"entry {last} is found at {reader.Find(last)}, not {batch.Index}";
        }

        if (reader.Find(Tail.NextEntry) is { } above) return $"entry {Tail.NextEntry}, above the last, is found at {above}";
        var below = Base.Tail.NextEntry.Plus(-1);
        return below.Value >= 0 && reader.Find(below) is { } found ? $"entry {below}, below the first, is found at {found}" : null;
    }
}
