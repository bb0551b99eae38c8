namespace DLedger.Core;

/// <summary>What a member says of itself when it is asked. All of it is on its disk.</summary>
/// <param name="Founders">The list of ids that its folder was founded with, its own included, ordered (ordinal).</param>
/// <param name="Known">By which store id it knows whom, itself included, ordered by id.</param>
/// <param name="IsFounded">Every member has confirmed its whole list: it votes.</param>
/// <param name="Accepts">It is to exchange its list for this one; empty when it is not.</param>
/// <param name="Tail">Its last batch when it started in its term.</param>
/// <param name="Floor">Where the log ended that came along when its list was last exchanged.</param>
/// <param name="MaxEntryBytes">The largest entry that it takes (<c>max-entry-size</c>).</param>
/// <param name="BatchBytesMax">The largest batch of several entries that it takes (<c>batch-bytes-max</c>).</param>
internal sealed record Greeting(
    IReadOnlyList<string> Founders,
    IReadOnlyList<MemberLife> Known,
    bool IsFounded,
    IReadOnlyList<string> Accepts,
    LogPoint Tail,
    LogPoint Floor,
    long MaxEntryBytes,
    long BatchBytesMax);
