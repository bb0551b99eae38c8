namespace DLedger.Host;

/// <summary>What became of each append of a demo, in the order in which they were sent.</summary>
internal sealed class DemoRecord(int capacity)
{
    private readonly List<AppendResult> _outcomes = new(capacity);

    public IReadOnlyList<AppendResult> Outcomes => _outcomes;

    public int Count => _outcomes.Count;

    public int Committed { get; private set; }

    public int Unknown { get; private set; }

    public int Rejected { get; private set; }

    public AppendResult.Rejected? FirstRejection { get; private set; }

    /// <summary>The highest term in which an entry was committed after the kill; 0 when none was yet.</summary>
    public long NewTerm { get; set; }

    public void Add(AppendResult result)
    {
        _outcomes.Add(result);
        if (result is AppendResult.Committed) Committed++;
        if (result is AppendResult.Unknown) Unknown++;
        if (result is not AppendResult.Rejected rejected) return;
        Rejected++;
        FirstRejection ??= rejected;
    }
}
