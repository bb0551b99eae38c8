using BenchmarkDotNet.Attributes;
using DLedger.Core;

namespace DLedger.Micro;

/// <summary>
/// A peer that keeps up: each batch is pushed, acked and its commit told (the leader's side), or judged, written and acked (the follower's); per
/// batch.
/// </summary>
public class PeerPath
{
    private const int Batches = 1024;

    private static readonly ReplicationSettings Settings = new(
        4 << 20, 64, 64 << 10, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(10),
        TimeSpan.FromMilliseconds(200), 32 << 20);

    private Batch[] _log = [];
    private Batch[][] _pushes = [];

    [GlobalSetup]
    public void Setup()
    {
        _log = Sample.Log(Batches, 1, 16);
        _pushes = [.. _log.Select(batch => new[] { batch })];
    }

    /// <summary>PeerProgress: appended, push taken, acked, commit told.</summary>
    [Benchmark(OperationsPerInvoke = Batches)]
    public int PushedAndAcked()
    {
        var progress = new PeerProgress(Settings, new TermTable(LogPoint.Origin), Tail.Empty, LogIndex.None, TimeSpan.Zero);
        progress.TakeEffects();
        progress.Compared(1, LogPoint.Origin, LogPoint.Origin, TimeSpan.Zero);
        var effects = progress.TakeEffects().Count;
        foreach (var batch in _log)
        {
            progress.Appended(batch, TimeSpan.Zero);
            effects += progress.TakeEffects().Count;
            progress.Acked(batch.Index, TimeSpan.Zero);
            effects += progress.TakeEffects().Count;
            progress.Committed(batch.Index, TimeSpan.Zero);
            effects += progress.TakeEffects().Count;
        }

        return effects;
    }

    /// <summary>LogMatching and FlushTracker: judged, written, verified, flushed, acked.</summary>
    [Benchmark(OperationsPerInvoke = Batches)]
    public long JudgedAndAcked()
    {
        var terms = new TermTable(LogPoint.Origin);
        var follower = new LogMatching(terms, new CommitPosition(LogIndex.None));
        var flushes = new FlushTracker(LogIndex.None);
        long acked = 0;
        foreach (var push in _pushes)
        {
            var batch = push[0];
            if (follower.Judge(Sample.Term, batch.PreviousPoint, push) is not PushVerdict.Fits) throw new InvalidOperationException("It fits.");
            terms.Append(batch.Point);
            var endsAt = new WalAddress(batch.Index.Value);
            flushes.Written(batch.Index, endsAt);
            follower.Verify(batch.Index);
            follower.CommitSent(batch.Index.Previous);
            flushes.FlushCompleted(endsAt);
            acked = follower.Acked(flushes.Flushed).Value;
        }

        return acked;
    }
}
