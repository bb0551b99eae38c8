using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>Where the log of one group begins, as it is known apart from the log.</summary>
/// <param name="Log">What stands before the first batch (SAFETY 25, 41).</param>
/// <param name="Address">The frame from which the whole log can be read: the first batch's, or that of the reset that made the base.</param>
/// <param name="Moves">How often the base was moved: a checkpoint with a lower count does not know the last move yet.</param>
/// <param name="MovedAt">The end of the write-ahead log when the base was last moved: frames before it were written under an older one.</param>
internal sealed record GroupBase(LogBase Log, long Address, long Moves, long MovedAt)
{
    public static readonly GroupBase New = new(LogBase.Empty, WalGeometry.FirstAddress, 0, 0);

    public void Write(ref RecordWriter writer)
    {
        writer.Count(1);
        writer.I32(StoreIdentity.GroupNumber);
        writer.Base(Log);
        writer.I64(Address);
        writer.I64(Moves);
        writer.I64(MovedAt);
    }

    public static GroupBase Read(ref RecordReader reader)
    {
        ReadGroupNumber(ref reader);
        return new GroupBase(reader.Base(), reader.Number(), reader.Number(), reader.Number());
    }

    /// <summary>Everything that is kept for each group is a list of groups; a folder of this version has one.</summary>
    public static void ReadGroupNumber(ref RecordReader reader)
    {
        if (reader.Count(sizeof(int)) != 1 || reader.I32() != StoreIdentity.GroupNumber) reader.Refuse("groups that this version does not know");
    }
}
