using DLedger.Core;

namespace DLedger.Simulation;

internal sealed partial class SimGroupLog : ILogReader
{
    Tail ILogReader.Base => _image.Base.Tail;

    public ReadOutcome Read(LogIndex from, int bytesMax, List<Batch> into)
    {
        CheckOpen();
        if (from <= _image.Base.Index) return ReadOutcome.BelowBase;
        if (from > Tail.Index) return ReadOutcome.AboveTail;
        long bytes = 0;
        for (var index = from; index <= Tail.Index; index = index.Next)
        {
            var batch = _image.At(index)!;
            bytes += batch.Encoded.Length;
            if (bytes > bytesMax && index > from) break;
            _disk.MeetDamageAtRead(_group, index);
            into.Add(batch);
        }

        return ReadOutcome.Found;
    }

    public LogIndex? Find(EntryIndex entry)
    {
        CheckOpen();
        return _image.Holding(entry)?.Index;
    }

    public LogPoint? PointAt(LogIndex index)
    {
        CheckOpen();
        return Terms.TermAt(index) is { } term ? new LogPoint(index, term) : null;
    }
}
