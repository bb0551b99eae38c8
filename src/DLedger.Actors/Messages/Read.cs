namespace DLedger;

/// <summary>Asks a member for committed entries. Answered with one <see cref="ReadResult"/>.</summary>
/// <param name="from">See <see cref="From"/>.</param>
/// <param name="count">See <see cref="Count"/>.</param>
/// <param name="maxBytes">See <see cref="MaxBytes"/>.</param>
/// <param name="mode">See <see cref="Mode"/>.</param>
public sealed class Read(long from, int count = 1, int maxBytes = 65536, ReadMode mode = default) : DLedgerRequest<ReadResult>
{
    /// <summary>The entry index to start at.</summary>
    public long From { get; } = from;

    /// <summary>At most so many entries, at least 1.</summary>
    public int Count { get; } = count;

    /// <summary>At most so many bytes of bodies; at least one entry is returned if there is one.</summary>
    public int MaxBytes { get; } = maxBytes;

    /// <summary>How fresh the answer must be.</summary>
    public ReadMode Mode { get; } = mode;

    private protected override object Content => new { From, Count, MaxBytes, Mode };
}
