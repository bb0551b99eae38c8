using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>
/// What is true of the log whatever its last checkpoint says: how often it was opened, and where it begins. Changes at every opening and when retention drops
/// segments, never per commit.
/// </summary>
/// <param name="Incarnation">Raised, synced, before an opening writes (SAFETY 21). 0: the log was never made.</param>
/// <param name="FirstSegment">The oldest segment; files below it are leftovers.</param>
/// <param name="ScanFrom">Where a scan of everything starts: the first live batch, or the reset that made the base.</param>
/// <param name="Base">What stands before the first batch (SAFETY 25).</param>
/// <param name="Retentions">How often retention has moved the base: a checkpoint with a lower count does not know the last move yet.</param>
/// <param name="DecidedAt">The end of the log when the base was last moved: frames before it were written under an older base.</param>
/// <param name="Opening">The opening that raised the incarnation; null for a log that was never opened, or not since this is kept.</param>
internal sealed record WalMeta(uint Incarnation, long FirstSegment, long ScanFrom, Tail Base, long Retentions, long DecidedAt, LastOpening? Opening = null)
{
    public const string FileName = "wal-meta";

    public static readonly WalMeta New = new(0, 0, WalGeometry.FirstAddress, Tail.Empty, 0, 0);

    public byte[] Encode()
    {
        var writer = new RecordWriter().Int64(Incarnation).Int64(FirstSegment).Int64(ScanFrom).Tail(Base).Int64(Retentions).Int64(DecidedAt);
        if (Opening is { } opening) writer.Text(opening.BootId).Int64(opening.FoundTo).Int64(opening.CleanFrom);
        return writer.ToArray();
    }

    public static WalMeta Decode(ReadOnlySpan<byte> payload)
    {
        var reader = new RecordReader(payload);
        var meta = new WalMeta((uint)reader.Int64(), reader.Int64(), reader.Int64(), reader.Tail(), reader.Int64(), reader.Int64());
        if (!reader.IsAtEnd) meta = meta with { Opening = new LastOpening(reader.Text() ?? "", reader.Int64(), reader.Int64()) };
        reader.End();
        return meta;
    }
}
