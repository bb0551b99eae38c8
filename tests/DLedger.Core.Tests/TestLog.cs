namespace DLedger.Core.Tests;

/// <summary>Logs for tests: a list of terms makes a log of one batch each, from log index 1.</summary>
internal static class TestLog
{
    public static LogPoint At(long index, long term) => new(new LogIndex(index), new Term(term));

    public static LogIndex I(long index) => new(index);

    public static Term T(long term) => new(term);

    public static TermTable Terms(params long[] terms)
    {
        var table = new TermTable(LogPoint.Origin);
        for (var i = 0; i < terms.Length; i++) table.Append(At(i + 1, terms[i]));
        return table;
    }

    public static Batch[] Batches(params long[] terms)
    {
        var batches = new Batch[terms.Length];
        var tail = Tail.Empty;
        for (var i = 0; i < terms.Length; i++)
        {
            batches[i] = OneEntry(tail, terms[i], (byte)i);
            tail = batches[i].Tail;
        }

        return batches;
    }

    public static Batch OneEntry(Tail previous, long term, byte body = 0) => Batch.Entries(previous, new Term(term), [new[] { body }]);
}
