using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>Whose folder this is, and how its log is laid out. Written once, the last thing before the log itself is made.</summary>
internal sealed record StoreIdentity(string Group, string NodeId, string ClusterId, Guid StoreId, WalGeometry Geometry)
{
    public const string FileName = "identity";

    /// <summary>The number that the group's frames carry. Never reused within a folder (SAFETY 20).</summary>
    public const int GroupNumber = 1;

    public byte[] Encode() => RecordWriter.ToArray(this, static (ref RecordWriter writer, StoreIdentity identity) =>
    {
        writer.Id(identity.StoreId);
        writer.Name(identity.ClusterId);
        writer.Name(identity.NodeId);
        writer.I32(identity.Geometry.PageBytes);
        writer.I64(identity.Geometry.SegmentBytes);
        writer.Count(1);
        writer.I32(GroupNumber);
        writer.Name(identity.Group);
    });

    public static StoreIdentity Read(ref RecordReader reader)
    {
        var storeId = reader.Id();
        var clusterId = reader.Name();
        var nodeId = reader.Name();
        var geometry = new WalGeometry(reader.I32(), reader.I64());
        var isLaidOut = geometry.PageBytes > 0 && geometry.SegmentBytes >= geometry.PageBytes && geometry.SegmentBytes % geometry.PageBytes == 0;
        if (!isLaidOut) reader.Refuse("no log is laid out like that");
        GroupBase.ReadGroupNumber(ref reader);
        return new StoreIdentity(reader.Name(), nodeId, clusterId, storeId, geometry);
    }
}
