using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Replication;

/// <summary>A leader's view of one peer, on a clock that stands still; what it wants done is read as one short line per effect.</summary>
internal sealed class ProgressBench
{
    public static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan Resend = TimeSpan.FromMilliseconds(200);
    public static readonly TimeSpan CommitAfter = TimeSpan.FromMilliseconds(50);
    public static readonly TimeSpan CommitSoon = TimeSpan.FromMilliseconds(10);

    private readonly List<Batch> _log;

    public ProgressBench(
        Batch[] log, int windowBatches = 4, long windowBytes = 10_000, int pushBytes = 1_000, int logBase = 0, long committed = 0, long catchUp = 0)
    {
        _log = [.. log];
        Base = logBase == 0 ? Tail.Empty : log[logBase - 1].Tail;
        var terms = new TermTable(Base.Point);
        foreach (var batch in log[logBase..]) terms.Append(batch.Point);
        Progress = new PeerProgress(
            new ReplicationSettings(windowBytes, windowBatches, pushBytes, Idle, CommitAfter, CommitSoon, Resend, catchUp), terms, Base, I(committed),
            Now);
    }

    public PeerProgress Progress { get; }

    public Tail Base { get; private set; }

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    public long Round { get; private set; }

    /// <summary>How often it asked to be woken.</summary>
    public int Wakes { get; private set; }

    /// <summary>After so long; no tick comes meanwhile.</summary>
    public void WakeAfter(TimeSpan time)
    {
        Now += time;
        Progress.Wake(Now);
    }

    /// <summary>The most bytes that the last read was asked for.</summary>
    public int ReadBytesMax { get; private set; }

    public Batch Last => _log[^1];

    /// <summary>A leader in the state Append whose peer holds and has acked everything.</summary>
    public static ProgressBench CaughtUp(params long[] terms) => CaughtUp(new ProgressBench(Batches(terms)));

    public static ProgressBench CaughtUp(ProgressBench bench)
    {
        bench.Did();
        bench.Progress.Compared(bench.Round, bench.Last.Point, bench.Last.Point, bench.Now);
        bench.Progress.Acked(bench.Last.Index, bench.Now);
        bench.Did();
        return bench;
    }

    public void Append(long term)
    {
        _log.Add(OneEntry(Last.Tail, term));
        Progress.Appended(Last, Now);
    }

    /// <summary>A batch of one entry of so many bytes, of the term of the last.</summary>
    public void AppendOf(int bytes)
    {
        _log.Add(Batch.Entries(Last.Tail, Last.Term, [new byte[bytes]]));
        Progress.Appended(Last, Now);
    }

    public void DropUpTo(int index)
    {
        Base = _log[index - 1].Tail;
        Progress.BaseMoved(Base);
    }

    /// <summary>The log answers a read of all from <paramref name="from"/> to <paramref name="to"/>.</summary>
    public void Read(int from, int to) => Progress.BatchesRead(ReadOutcome.Found, _log[(from - 1)..to], Now);

    public void Pass(TimeSpan time)
    {
        Now += time;
        Progress.Tick(Now);
    }

    public string[] Did()
    {
        var effects = Progress.TakeEffects();
        Wakes += effects.Count(effect => effect is PeerEffect.WakeAfter);
        return [.. effects.Where(effect => effect is not PeerEffect.WakeAfter).Select(Line)];
    }

    private string Line(PeerEffect effect)
    {
        switch (effect)
        {
            case PeerEffect.SendCompare compare:
                Round = compare.Round;
                return $"compare from {compare.Base.Index} {string.Join(' ', compare.Runs.Select(run => $"{run.Term}:{run.First}-{run.Last}"))}";
            case PeerEffect.SendTruncate truncate:
                Round = truncate.Round;
                return $"truncate to {truncate.Keep} from {truncate.Reported}";
            case PeerEffect.SendInstall install:
                Round = install.Round;
                return $"install {install.Base.Point}";
            case PeerEffect.SendPush { Batches.Count: 0 } push:
                Round = push.Round;
                return $"push nothing after {push.Previous}, committed {push.Committed}";
            case PeerEffect.SendPush push:
                Round = push.Round;
                return $"push {push.Batches[0].Index}-{push.Batches[^1].Index} after {push.Previous}, committed {push.Committed}";
            case PeerEffect.Dropped dropped:
                return $"dropped: {dropped.What}";
            case PeerEffect.TooLarge tooLarge:
                return $"too large: {tooLarge.Index} of {tooLarge.Bytes}";
            case PeerEffect.ReadLog read:
                ReadBytesMax = read.BytesMax;
                return $"read from {read.From} of term {read.Expected}";
            default:
                throw new ArgumentOutOfRangeException(nameof(effect), effect, "not shown");
        }
    }
}
