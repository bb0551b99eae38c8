namespace DLedger.Core;

/// <summary>
/// Which term each batch of a log has, as a list of runs: a few bytes per election, whatever the length of the log. Owned by one writer.
/// </summary>
internal sealed class TermTable
{
    private readonly List<TermRun> _runs = [];
    private LogPoint _base;

    public TermTable(LogPoint basePoint) => _base = basePoint;

    /// <summary>The batch just before the first one.</summary>
    public LogPoint Base => _base;

    /// <summary>The last batch; the base when the log is empty.</summary>
    public LogPoint Last => _runs.Count == 0 ? _base : new LogPoint(_runs[^1].Last, _runs[^1].Term);

    public IReadOnlyList<TermRun> Runs => _runs;

    public void Append(LogPoint point)
    {
        var last = Last;
        Invariant.Holds(point.Index == last.Index.Next && point.Term >= last.Term, $"Batch {point} cannot follow {last}.");
        if (_runs.Count > 0 && _runs[^1].Term == point.Term) _runs[^1] = _runs[^1] with { Last = point.Index };
        else _runs.Add(new TermRun(point.Term, point.Index, point.Index));
    }

    /// <summary>Appends a whole run, as a store does that kept them.</summary>
    public void AppendRun(TermRun run)
    {
        var last = Last;
        Invariant.Holds(run.First == last.Index.Next && run.Last >= run.First && run.Term >= last.Term, $"Run {run} cannot follow {last}.");
        // One run a term: Compare relies on it.
        if (_runs.Count > 0 && last.Term == run.Term) _runs[^1] = _runs[^1] with { Last = run.Last };
        else _runs.Add(run);
    }

    /// <summary>Forgets everything above <paramref name="last"/>.</summary>
    public void TruncateAfter(LogIndex last)
    {
        while (_runs.Count > 0 && _runs[^1].First > last) _runs.RemoveAt(_runs.Count - 1);
        if (_runs.Count > 0 && _runs[^1].Last > last) _runs[^1] = _runs[^1] with { Last = last };
    }

    /// <summary>Forgets everything up to the new base, which must be in the table (retention).</summary>
    public void DropUpTo(LogPoint newBase)
    {
        Invariant.Holds(TermAt(newBase.Index) == newBase.Term, $"{newBase} is not in this log.");
        var gone = 0;
        while (gone < _runs.Count && _runs[gone].Last <= newBase.Index) gone++;
        _runs.RemoveRange(0, gone);
        if (_runs.Count > 0 && _runs[0].First <= newBase.Index) _runs[0] = _runs[0] with { First = newBase.Index.Next };
        _base = newBase;
    }

    /// <summary>Starts again at another base (Reset).</summary>
    public void Reset(LogPoint newBase)
    {
        _runs.Clear();
        _base = newBase;
    }

    /// <summary>The term of a batch; null outside of the log. The base counts as inside.</summary>
    public Term? TermAt(LogIndex index)
    {
        if (index == _base.Index) return _base.Term;
        int low = 0, high = _runs.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var run = _runs[middle];
            if (index < run.First) high = middle - 1;
            else if (index > run.Last) low = middle + 1;
            else return run.Term;
        }

        return null;
    }

    public bool Contains(LogPoint point) => TermAt(point.Index) == point.Term;

    public TermTable Clone()
    {
        var copy = new TermTable(_base);
        copy._runs.AddRange(_runs);
        return copy;
    }
}
