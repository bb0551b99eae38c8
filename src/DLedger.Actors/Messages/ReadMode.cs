using System.Globalization;

namespace DLedger;

/// <summary>
/// How fresh a read must be: of a <see cref="Read"/>, a <see cref="Query"/>, a question for the commit position, or a log that is followed. Any
/// member serves every mode; a follower asks the leader how far it has to be first. No mode ever shows what is not committed.
/// </summary>
public readonly record struct ReadMode
{
    private const string AtLeastWord = "at-least:";

    private readonly long _index;

    private ReadMode(ReadModeKind kind, long index = 0)
    {
        Kind = kind;
        _index = index;
    }

    /// <summary>
    /// Sees everything acknowledged before the read was sent. The leader proves that it still leads by one round of heartbeats, which all reads that
    /// wait share (Raft 8, read index). The default.
    /// </summary>
    public static ReadMode Linearizable => default;

    /// <summary>
    /// As <see cref="Linearizable"/>, without the round while the leader holds a lease; with it otherwise. True only as long as the clocks of the
    /// members run as evenly as <c>lease-clock-drift-percent-max</c> says, and nothing freezes a member together with its clock.
    /// </summary>
    public static ReadMode Lease => new(ReadModeKind.Lease);

    /// <summary>What the member knows to be committed; may be stale. Asks and waits for nobody.</summary>
    public static ReadMode Local => new(ReadModeKind.Local);

    internal ReadModeKind Kind { get; }

    /// <summary>Of <see cref="AtLeast"/>: the entry.</summary>
    internal long Index => _index;

    /// <summary>Whether only a leader's word makes it fresh.</summary>
    internal bool NeedsLeader => Kind is ReadModeKind.Linearizable or ReadModeKind.Lease;

    /// <summary>
    /// What the member knows, once that has this entry in it; may be stale beyond it. With the index that an append was answered with, the caller
    /// reads its own write, whichever member it asks.
    /// </summary>
    /// <param name="index">An entry index.</param>
    public static ReadMode AtLeast(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new ReadMode(ReadModeKind.AtLeast, index);
    }

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <param name="text"><c>linearizable</c>, <c>lease</c>, <c>local</c>, or <c>at-least:</c> and an entry index.</param>
    /// <param name="mode">It.</param>
    public static bool TryParse(string? text, out ReadMode mode)
    {
        mode = text switch
        {
            "lease" => Lease,
            "local" => Local,
            _ => default,
        };
        if (text is "linearizable" or "lease" or "local") return true;
        if (text is null || !text.StartsWith(AtLeastWord, StringComparison.Ordinal)) return false;
        if (!long.TryParse(text.AsSpan(AtLeastWord.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var index)) return false;
        mode = AtLeast(index);
        return true;
    }

    /// <summary>As on the command line.</summary>
    public override string ToString() => Kind switch
    {
        ReadModeKind.Linearizable => "linearizable",
        ReadModeKind.Lease => "lease",
        ReadModeKind.Local => "local",
        _ => string.Create(CultureInfo.InvariantCulture, $"{AtLeastWord}{_index}"),
    };
}
