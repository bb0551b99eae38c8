using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>
/// What is true of the log whatever its last checkpoint says: how often it was opened, and where it begins. Changes at every opening and when old
/// segments are dropped, never per flush.
/// </summary>
/// <param name="Incarnation">Raised, synced, before an opening writes (SAFETY 21). 0: the log was never made.</param>
/// <param name="FirstSegment">The oldest segment; files below it are leftovers.</param>
/// <param name="Base">Where the group's log begins, and a scan of everything starts.</param>
/// <param name="Opening">The opening that raised the incarnation; null for a log that was never opened.</param>
internal sealed record WalMeta(uint Incarnation, long FirstSegment, GroupBase Base, LastOpening? Opening)
{
    public const string FileName = "wal-meta";

    /// <summary>Room for the largest prefix, from the start: a full disk must not keep the base from being moved.</summary>
    public const int SlotBytes = LogBase.PrefixBytesMax + SlotFile.BlockBytes;

    public static readonly WalMeta New = new(0, 0, GroupBase.New, null);

    public byte[] Encode() => RecordWriter.ToArray(this, static (ref RecordWriter writer, WalMeta meta) =>
    {
        writer.I64(meta.Incarnation);
        writer.I64(meta.FirstSegment);
        writer.Bool(meta.Opening is not null);
        if (meta.Opening is { } opening)
        {
            writer.Name(opening.BootId);
            writer.I64(opening.FoundTo);
            writer.I64(opening.CleanFrom);
        }

        meta.Base.Write(ref writer);
    });

    public static WalMeta Read(ref RecordReader reader)
    {
        var incarnation = reader.Number();
        if (incarnation > uint.MaxValue) reader.Refuse("an incarnation out of range");
        var firstSegment = reader.Number();
        var opening = reader.Bool() ? new LastOpening(reader.Name(), reader.Number(), reader.Number()) : null;
        return new WalMeta((uint)incarnation, firstSegment, GroupBase.Read(ref reader), opening);
    }
}
