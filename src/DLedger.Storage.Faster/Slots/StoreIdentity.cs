namespace DLedger.Storage.Faster;

/// <summary>Whose folder this is, and how its log is laid out. Written once, the last thing before the log itself is made.</summary>
internal sealed record StoreIdentity(long Format, string Group, string NodeId, string ClusterId, Guid StoreId, WalGeometry Geometry)
{
    public const string FileName = "identity";
    public const long CurrentFormat = 2;

    /// <summary>The number that the group's frames carry. Never reused within a folder (SAFETY 20).</summary>
    public const uint GroupNumber = 1;

    public byte[] Encode() => new RecordWriter().Int64(Format).Int64(GroupNumber).Id(StoreId).Int64(Geometry.PageBytes).Int64(Geometry.SegmentBytes)
        .Text(Group).Text(NodeId).Text(ClusterId).ToArray();

    public static StoreIdentity Decode(ReadOnlySpan<byte> payload)
    {
        var reader = new RecordReader(payload);
        var format = reader.Int64();
        // A later format may hold anything from here on: its version is all that may be read of it.
        if (format != CurrentFormat) return new StoreIdentity(format, "", "", "", Guid.Empty, default);
        reader.Int64();
        var storeId = reader.Id();
        var geometry = new WalGeometry((int)reader.Int64(), reader.Int64());
        var identity = new StoreIdentity(format, reader.Text() ?? "", reader.Text() ?? "", reader.Text() ?? "", storeId, geometry);
        reader.End();
        return identity;
    }
}
