using System.Buffers.Binary;
using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>
/// The state of a group as of one flushed address of the log, so that opening need not read what is before it (SAFETY 26). It is also a witness: that address was flushed.
/// </summary>
/// <remarks>
/// Two files take turns, so that a power loss during a write leaves the other. Each is <c>u32 magic "DLK2", u32 CRC32C of the rest, i64 bytes of payload, payload</c>.
/// </remarks>
internal sealed record Checkpoint(WalEnd End, uint Incarnation, long Retentions, Tail Base, long BaseAddress, Tail Tail, bool PointDue,
    IReadOnlyList<TermRun> Terms, SparseIndex Points, IReadOnlyList<(long Segment, long ClosedAtMs)> Closed)
{
    private const uint Magic = 0x324B4C44; // "DLK2" in memory order
    private const int HeaderBytes = 16;
    private const int PointBytes = 32;
    private const int PointsAtOnce = 2048;

    public static readonly string[] FileNames = ["checkpoint-0", "checkpoint-1"];

    /// <summary>
    /// Writes it, in parts: the index of a large log is tens of megabytes, which must not lie in memory once more. The header comes last, so that what is there before is no whole
    /// checkpoint. Not synced.
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
    public static Checkpoint? TryDecode(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(file) != Magic) return null;
        var length = BinaryPrimitives.ReadInt64LittleEndian(file[8..]);
        if (length < 0 || length > file.Length - HeaderBytes) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) != Crc32C.Of(file.Slice(8, 8 + (int)length))) return null;
        try
        {
            return Decode(file.Slice(HeaderBytes, (int)length));
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>The state to go on from.</summary>
    public GroupState ToState(WalGeometry geometry)
    {
        var terms = new TermTable(Base.Point);
        foreach (var run in Terms) terms.AppendRun(run);
        return new GroupState(geometry, Base, Tail, terms, Points, BaseAddress, PointDue);
    }

    /// <summary>All but the points, and how many of those follow.</summary>
    private byte[] Front()
    {
        var writer = new RecordWriter().Int64(StoreIdentity.GroupNumber).Int64(End.Address).Int64(End.LastFrame).Int64(End.LastSequence).Int64(Incarnation).Int64(Retentions)
            .Tail(Base).Int64(BaseAddress).Tail(Tail).Int64(PointDue ? 1 : 0).Int64(Terms.Count);
        foreach (var run in Terms) writer.Int64(run.Term.Value).Int64(run.First.Value).Int64(run.Last.Value);
        writer.Int64(Closed.Count);
        foreach (var (segment, closedAtMs) in Closed) writer.Int64(segment).Int64(closedAtMs);
        return writer.Int64(Points.Count).ToArray();
    }

    private static void Encode(IndexPoint point, Span<byte> into)
    {
        BinaryPrimitives.WriteInt64LittleEndian(into, point.LogIndex);
        BinaryPrimitives.WriteInt64LittleEndian(into[8..], point.FirstEntry);
        BinaryPrimitives.WriteInt64LittleEndian(into[16..], point.Address);
        BinaryPrimitives.WriteInt64LittleEndian(into[24..], point.TimeBefore);
    }

    private static Checkpoint Decode(ReadOnlySpan<byte> payload)
    {
        var reader = new RecordReader(payload);
        if (reader.Int64() != StoreIdentity.GroupNumber) throw new InvalidDataException("The checkpoint is of another group.");
        var end = new WalEnd(reader.Int64(), reader.Int64(), reader.Int64());
        var incarnation = (uint)reader.Int64();
        var retentions = reader.Int64();
        var logBase = reader.Tail();
        var baseAddress = reader.Int64();
        var tail = reader.Tail();
        var pointDue = reader.Int64() != 0;
        var terms = new List<TermRun>();
        for (var left = reader.Int64(); left > 0; left--) terms.Add(new TermRun(new Term(reader.Int64()), new LogIndex(reader.Int64()), new LogIndex(reader.Int64())));
        var closed = new List<(long, long)>();
        for (var left = reader.Int64(); left > 0; left--) closed.Add((reader.Int64(), reader.Int64()));
        var count = reader.Int64();
        if (count < 0 || count > payload.Length / PointBytes) throw new InvalidDataException("The checkpoint counts more points than it holds.");
        var points = new SparseIndex();
        for (; count > 0; count--) points.Add(new IndexPoint(reader.Int64(), reader.Int64(), reader.Int64(), reader.Int64()));
        reader.End();
        return new Checkpoint(end, incarnation, retentions, logBase, baseAddress, tail, pointDue, terms, points, closed);
    }
}
