using System.Buffers.Binary;
using System.Runtime.InteropServices;
using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>
/// The state of a group as of one flushed address of the log, so that opening need not read what is before it (SAFETY 26). It is also a witness: that address was flushed.
/// </summary>
/// <remarks>
/// Two files take turns, so that a power loss during a write leaves the other. Each is <c>u32 magic "DLK1", u32 CRC32C of the rest, i64 bytes of payload, payload</c>.
/// </remarks>
internal sealed record Checkpoint(WalEnd End, uint Incarnation, long Retentions, Tail Base, long BaseAddress, Tail Tail, bool PointDue,
    IReadOnlyList<TermRun> Terms, IndexPoint[] Points, IReadOnlyList<(long Segment, long ClosedAtMs)> Closed)
{
    private const uint Magic = 0x314B4C44; // "DLK1" in memory order
    private const int HeaderBytes = 16;
    private const int PointBytes = 24;

    public static readonly string[] FileNames = ["checkpoint-0", "checkpoint-1"];

    public byte[] Encode()
    {
        var writer = new RecordWriter().Int64(StoreIdentity.GroupNumber).Int64(End.Address).Int64(End.LastFrame).Int64(End.LastSequence).Int64(Incarnation).Int64(Retentions)
            .Tail(Base).Int64(BaseAddress).Tail(Tail).Int64(PointDue ? 1 : 0).Int64(Terms.Count);
        foreach (var run in Terms) writer.Int64(run.Term.Value).Int64(run.First.Value).Int64(run.Last.Value);
        writer.Int64(Closed.Count);
        foreach (var (segment, closedAtMs) in Closed) writer.Int64(segment).Int64(closedAtMs);
        writer.Int64(Points.Length);
        if (BitConverter.IsLittleEndian)
        {
            writer.Raw(MemoryMarshal.AsBytes<IndexPoint>(Points));
        }
        else
        {
            foreach (var point in Points) writer.Int64(point.LogIndex).Int64(point.FirstEntry).Int64(point.Address);
        }

        var payload = writer.ToArray();
        var file = new byte[HeaderBytes + payload.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(file, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(8), payload.Length);
        payload.CopyTo(file, HeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(4), Crc32C.Of(file.AsSpan(8)));
        return file;
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
        var index = new SparseIndex();
        foreach (var point in Points) index.Add(point);
        return new GroupState(geometry, Base, Tail, terms, index, BaseAddress, PointDue);
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
        var points = new IndexPoint[count];
        for (var i = 0; i < points.Length; i++) points[i] = new IndexPoint(reader.Int64(), reader.Int64(), reader.Int64());
        reader.End();
        return new Checkpoint(end, incarnation, retentions, logBase, baseAddress, tail, pointDue, terms, points, closed);
    }
}
