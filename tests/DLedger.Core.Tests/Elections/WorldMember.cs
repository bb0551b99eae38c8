namespace DLedger.Core.Tests.Elections;

/// <summary>
/// One member of an <see cref="ElectionWorld"/>: an election, its disk, and the log's owner reduced to a fence and a list of terms.
/// </summary>
internal sealed class WorldMember(string id, HardState disk)
{
    public string Id { get; } = id;

    /// <summary>The last save that was completed.</summary>
    public HardState Disk { get; set; } = disk;

    public HardState? Saving { get; set; }

    public Election Election { get; set; } = null!;

    public int Incarnation { get; set; }

    public Term HighestTerm { get; set; }

    public Term Fence { get; set; }

    public bool Leads { get; set; }

    /// <summary>The term of each batch; all of it is on disk.</summary>
    public long[] Log { get; set; } = [];

    public LogPoint Last => Log.Length == 0 ? LogPoint.Origin : new LogPoint(new LogIndex(Log.Length), new Term(Log[^1]));

    /// <summary>What it was told of its lease; it goes by that alone, however much later it hears that it has been deposed.</summary>
    public TimeSpan LeaseUntil { get; set; } = TimeSpan.MinValue;

    public Term LeaseTerm { get; set; }

    /// <summary>It had a successor asked to take over in this term (SAFETY 80).</summary>
    public Term GaveUpLeaseIn { get; set; }

    public bool HoldsLease(TimeSpan now) => now < LeaseUntil && LeaseTerm != GaveUpLeaseIn;

    public TimeSpan NextTick { get; set; }

    public TimeSpan LocalBusyUntil { get; set; }

    public TimeSpan StalledUntil { get; set; }
}
