namespace DLedger.Host;

/// <summary>What became of all input lines.</summary>
internal sealed class LineSummary
{
    /// <summary>Lines that were read and sent.</summary>
    public long Lines { get; set; }

    public long Committed { get; set; }

    public LineRanges Unknown { get; } = new();

    public LineRanges Rejected { get; } = new();

    /// <summary>How many sends <c>--retry-unknown</c> added.</summary>
    public long Resent { get; set; }

    /// <summary>Why reading ended before the input did; null when all of it was read.</summary>
    public string? CutShort { get; set; }

    /// <summary>An outcome could not be told, and so none after it was.</summary>
    public bool OutputFailed { get; set; }

    public TimeSpan Elapsed { get; set; }

    public TimeSpan WithoutLeader { get; set; }

    public bool AllCommitted => Committed == Lines && CutShort is null;
}
