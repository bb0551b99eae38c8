using System.Runtime.CompilerServices;
using System.Runtime.Serialization;
using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Remoting;

/// <summary>Fields that several messages have.</summary>
internal static class WireFields
{
    /// <summary>Bytes of a length.</summary>
    public const int LengthBytes = sizeof(int);

    /// <summary>Bytes of a <see cref="DLedger.ReadMode"/>.</summary>
    public const int ReadModeBytes = sizeof(byte) + sizeof(long);

    // A member has one origin for all that it says.
    private static readonly ConditionalWeakTable<Origin, byte[]> s_origins = [];

    /// <summary>Writes one item of a list.</summary>
    public delegate void WriteItem<in T>(T item, ref RecordWriter writer);

    /// <summary>Reads one item of a list.</summary>
    public delegate T ReadItem<out T>(ref RecordReader reader);

    /// <summary>Who sends it, with its length: later versions may say more of themselves.</summary>
    public static void Origin(this ref RecordWriter writer, Origin origin)
    {
        if (origin is null) throw new SerializationException("A message between members without an origin.");
        writer.Bytes(s_origins.GetValue(origin, Encoded));
    }

    /// <summary>Of an origin without its length.</summary>
    public static Origin Origin(this ref RecordReader reader) => new(reader.Name(), reader.Name(), reader.Name(), reader.Id(), reader.Id());

    public static void List<T>(this ref RecordWriter writer, IReadOnlyList<T> items, WriteItem<T> write)
    {
        var count = items.Count;
        writer.Count(count);
        for (var i = 0; i < count; i++) write(items[i], ref writer);
    }

    /// <param name="reader">Where from. A problem leaves the rest of the items empty.</param>
    /// <param name="itemBytesMin">Nothing is allocated for more items than there can be.</param>
    /// <param name="read">Reads each.</param>
    public static T[] List<T>(this ref RecordReader reader, int itemBytesMin, ReadItem<T> read)
    {
        var items = new T[reader.Count(itemBytesMin)];
        for (var i = 0; i < items.Length && reader.Problem is null; i++) items[i] = read(ref reader);
        return items;
    }

    public static void Rejection(this ref RecordWriter writer, RejectReason reason, string? leaderAddress, string? detail)
    {
        writer.U8((byte)reason);
        writer.Text(leaderAddress);
        writer.Text(detail);
    }

    public static RejectReason RejectReason(this ref RecordReader reader) =>
        (RejectReason)reader.Choice((int)DLedger.RejectReason.NotLeader, (int)DLedger.RejectReason.NoStateMachine);

    /// <summary>Always of one length (<see cref="ReadModeBytes"/>).</summary>
    public static void ReadMode(this ref RecordWriter writer, ReadMode mode)
    {
        writer.U8((byte)mode.Kind);
        writer.I64(mode.Index);
    }

    public static ReadMode ReadMode(this ref RecordReader reader)
    {
        var kind = (ReadModeKind)reader.Choice((int)ReadModeKind.Linearizable, (int)ReadModeKind.AtLeast);
        var index = reader.Number();
        return kind switch
        {
            ReadModeKind.Lease => DLedger.ReadMode.Lease,
            ReadModeKind.Local => DLedger.ReadMode.Local,
            ReadModeKind.AtLeast => DLedger.ReadMode.AtLeast(index),
            _ => DLedger.ReadMode.Linearizable,
        };
    }

    private static byte[] Encoded(Origin origin) => RecordWriter.ToArray(origin, static (ref writer, origin) =>
    {
        writer.Name(origin.ClusterId);
        writer.Name(origin.Group);
        writer.Name(origin.NodeId);
        writer.Id(origin.Store);
        writer.Id(origin.GroupId);
    });
}
