using System.Buffers.Binary;
using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>
/// The state of the group as of one flushed address of the log, so that opening need not read what is before it (SAFETY 26). It is also a witness:
/// that address was flushed.
/// </summary>
/// <remarks>
/// Two files take turns, so that a power loss during a write leaves the other. Each is <c>u32 magic "DLK2", u32 CRC32C of the rest, i64 bytes of
/// payload, payload</c>.
/// </remarks>
/// <param name="End">Where the log was flushed up to.</param>
/// <param name="Incarnation">The one that wrote it.</param>
/// <param name="Closed">When segments were filled.</param>
/// <param name="Base">Where the group's log began.</param>
/// <param name="Tail">Where it ended.</param>
/// <param name="Folded">The newest checkpoint of the log's owner that is in the log; null for none.</param>
internal sealed record Checkpoint(
    WalEnd End,
    uint Incarnation,
    IReadOnlyList<(long Segment, long ClosedAtMs)> Closed,
    GroupBase Base,
    Tail Tail,
    bool PointDue,
    LogBase? Folded,
    IReadOnlyList<TermRun> Terms,
    SparseIndex Points)
{
    private const uint Magic = 0x324B4C44; // "DLK2" in memory order
    private const int HeaderBytes = 16;
    private const int PointBytes = 32;
    private const int PointsAtOnce = 2048;

    public static readonly string[] FileNames = ["checkpoint-0", "checkpoint-1"];

    /// <summary>
    /// Writes it, in parts: the index of a large log is tens of megabytes, which must not lie in memory once more. The header comes last, so that
    /// what is there before is no whole checkpoint. Not synced.
    /// </summary>
    public void WriteTo(IStoreFile file)
    {
        var front = Front();
        Span<byte> header = stackalloc byte[HeaderBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], front.Length + ((long)Points.Count * PointBytes));
        var crc = Crc32C.Append(Crc32C.Append(Crc32C.Seed, header[8..]), front);
        file.Write(HeaderBytes, front);

        long at = HeaderBytes + front.Length;
        var part = new byte[Math.Min(Points.Count, PointsAtOnce) * PointBytes];
        for (int point = 0, length = 0; point < Points.Count; point++)
        {
            Encode(Points[point], part.AsSpan(length));
            length += PointBytes;
            if (length < part.Length && point < Points.Count - 1) continue;
            crc = Crc32C.Append(crc, part.AsSpan(0, length));
            file.Write(at, part.AsSpan(0, length));
            at += length;
            length = 0;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], crc ^ Crc32C.Seed);
        file.Write(0, header);
    }

    /// <summary>Null for anything that is not a whole, intact checkpoint.</summary>
    public static Checkpoint? TryDecode(ReadOnlyMemory<byte> bytes)
    {
        var file = bytes.Span;
        if (file.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(file) != Magic) return null;
        var length = BinaryPrimitives.ReadInt64LittleEndian(file[8..]);
        if (length < 0 || length > file.Length - HeaderBytes) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) != Crc32C.Of(file.Slice(8, 8 + (int)length))) return null;
        var reader = new RecordReader(bytes.Slice(HeaderBytes, (int)length));
        var checkpoint = Read(ref reader);
        reader.End();
        return reader.Problem is null ? checkpoint : null;
    }

    /// <summary>The state to go on from.</summary>
    public GroupState ToState(WalGeometry geometry)
    {
        var terms = new TermTable(Base.Log.Point);
        foreach (var run in Terms) terms.AppendRun(run);
        return new GroupState(geometry, Base, Tail, terms, Points, PointDue, Folded);
    }

    /// <summary>All but the points, and how many of those follow.</summary>
    private byte[] Front() => RecordWriter.ToArray(this, static (ref RecordWriter writer, Checkpoint checkpoint) =>
    {
        writer.I64(checkpoint.End.Address);
        writer.I64(checkpoint.End.LastFrame);
        writer.I64(checkpoint.End.LastSequence);
        writer.I64(checkpoint.Incarnation);
        writer.Count(checkpoint.Closed.Count);
        foreach (var (segment, closedAtMs) in checkpoint.Closed)
        {
            writer.I64(segment);
            writer.I64(closedAtMs);
        }

        checkpoint.Base.Write(ref writer);
        writer.Tail(checkpoint.Tail);
        writer.Bool(checkpoint.PointDue);
        writer.Bool(checkpoint.Folded is not null);
        if (checkpoint.Folded is { } folded) writer.Base(folded);
        writer.Count(checkpoint.Terms.Count);
        foreach (var run in checkpoint.Terms)
        {
            writer.Term(run.Term);
            writer.Index(run.First);
            writer.Index(run.Last);
        }

        writer.Count(checkpoint.Points.Count);
    });

    private static void Encode(IndexPoint point, Span<byte> into)
    {
        BinaryPrimitives.WriteInt64LittleEndian(into, point.LogIndex);
        BinaryPrimitives.WriteInt64LittleEndian(into[8..], point.FirstEntry);
        BinaryPrimitives.WriteInt64LittleEndian(into[16..], point.Address);
        BinaryPrimitives.WriteInt64LittleEndian(into[24..], point.TimeBefore);
    }

    private static Checkpoint Read(ref RecordReader reader)
    {
        var end = new WalEnd(reader.Number(), reader.I64(), reader.Number());
        var incarnation = reader.Number();
        if (incarnation > uint.MaxValue) reader.Refuse("an incarnation out of range");
        var closed = new List<(long, long)>();
        for (var left = reader.Count(2 * sizeof(long)); left > 0; left--) closed.Add((reader.Number(), reader.I64()));
        var logBase = GroupBase.Read(ref reader);
        var tail = reader.Tail();
        var pointDue = reader.Bool();
        var folded = reader.Bool() ? reader.Base() : null;
        var terms = new List<TermRun>();
        for (var left = reader.Count(3 * sizeof(long)); left > 0; left--) terms.Add(new TermRun(reader.Term(), reader.Index(), reader.Index()));
        var points = new SparseIndex();
        for (var left = reader.Count(PointBytes); left > 0; left--)
            points.Add(new IndexPoint(reader.I64(), reader.I64(), reader.I64(), reader.I64()));
        return new Checkpoint(end, (uint)incarnation, closed, logBase, tail, pointDue, folded, terms, points);
    }
}
