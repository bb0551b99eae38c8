using System.Buffers.Binary;

namespace DLedger.Core;

/// <summary>
/// The unit of Raft, of the wire and of the disk: one or more entries of one term, or one control record. Encoded once; the same bytes
/// go to the disk and to every peer, guarded end to end by one CRC32C.
/// </summary>
/// <remarks>
/// Layout, little endian: <see cref="HeaderBytes"/>, then the metadata, then the bodies, each a 4-byte length and its bytes.
/// <code>
///  0 u24 magic "DLB"    3 u8  version (high 4 bits) and kind (low 4 bits)
///  4 i32 count          8 i64 log index         16 i64 term            24 i64 previous term
/// 32 i64 first entry   40 i64 log time          48 i32 bytes of bodies 52 i32 bytes of metadata
/// 56 u32 zero          60 u32 CRC32C of bytes 0..59, the metadata and the bodies
/// </code>
/// </remarks>
internal sealed class Batch
{
    public const int HeaderBytes = 64;

    /// <summary>What each entry costs besides its bytes.</summary>
    public const int EntryOverheadBytes = 4;

    /// <summary>The most metadata that a batch can have.</summary>
    public const int MetadataBytesMax = 64 * 1024;

    private const int BodyBytesOffset = 48;
    private const int MetadataBytesOffset = 52;
    private const int ZeroOffset = 56;
    private const int CrcOffset = 60;
    private const uint Magic = 0x00424C44; // "DLB" in memory order
    private const int Version = 2;

    private Batch(ReadOnlyMemory<byte> encoded)
    {
        Encoded = encoded;
        var header = encoded.Span;
        Kind = (BatchKind)(header[3] & 0x0F);
        Count = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        Index = new LogIndex(BinaryPrimitives.ReadInt64LittleEndian(header[8..]));
        Term = new Term(BinaryPrimitives.ReadInt64LittleEndian(header[16..]));
        PreviousTerm = new Term(BinaryPrimitives.ReadInt64LittleEndian(header[24..]));
        FirstEntry = new EntryIndex(BinaryPrimitives.ReadInt64LittleEndian(header[32..]));
        Time = new LogTime(BinaryPrimitives.ReadInt64LittleEndian(header[40..]));
    }

    /// <summary>Header, metadata and bodies; owned by the batch and never changed.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    public BatchKind Kind { get; }

    /// <summary>How many entries; 0 for a control record.</summary>
    public int Count { get; }

    public LogIndex Index { get; }

    public Term Term { get; }

    /// <summary>The term of the batch before this one (SAFETY 12, 20).</summary>
    public Term PreviousTerm { get; }

    /// <summary>The number of the first entry; for a control record, the number that the next entry gets.</summary>
    public EntryIndex FirstEntry { get; }

    /// <summary>The log time of everything in this batch; never behind that of the batch before.</summary>
    public LogTime Time { get; }

    public LogPoint Point => new(Index, Term);

    public LogPoint PreviousPoint => new(Index.Previous, PreviousTerm);

    /// <summary>Whether this batch can stand right behind a log's tail: no gap in batches, terms or entries, and no way back in time.</summary>
    public bool Follows(Tail previous) => PreviousPoint == previous.Point && FirstEntry == previous.NextEntry && Time >= previous.Time;

    /// <summary>The tail of a log that ends with this batch.</summary>
    public Tail Tail => new(Index, Term, FirstEntry.Plus(Count), Time);

    /// <summary>The bodies in order, as slices of <see cref="Encoded"/>.</summary>
    public BatchBodies Bodies => new(Encoded[(HeaderBytes + MetadataBytes)..]);

    /// <summary>What belongs to the batch as a whole, as a slice of <see cref="Encoded"/>; its kind says what it is.</summary>
    public ReadOnlyMemory<byte> Metadata => Encoded.Slice(HeaderBytes, MetadataBytes);

    /// <summary>The CRC32C that the header holds over all the other bytes.</summary>
    public uint Checksum => PeekChecksum(Encoded.Span);

    private int MetadataBytes => BinaryPrimitives.ReadInt32LittleEndian(Encoded.Span[MetadataBytesOffset..]);

    /// <summary>Bytes that a batch of these entries takes, header included, metadata not.</summary>
    public static long EncodedBytes(long bodyBytes, int count) => HeaderBytes + bodyBytes + ((long)EntryOverheadBytes * count);

    /// <summary>Encodes a control record that follows <paramref name="previous"/>. The metadata is copied.</summary>
    /// <param name="time">The log time now; if that is behind the time of <paramref name="previous"/>, the batch gets the latter.</param>
    public static Batch Control(BatchKind kind, Tail previous, Term term, LogTime time = default, ReadOnlyMemory<byte> metadata = default)
    {
        Invariant.Holds(kind != BatchKind.Entries, "A control record is not a batch of entries.");
        Invariant.Holds(metadata.IsEmpty == (kind == BatchKind.NoOp), $"A {kind} record with {metadata.Length} bytes of metadata.");
        return Encode(kind, previous, term, time, metadata.Span, []);
    }

    /// <summary>Encodes entries that follow <paramref name="previous"/>. The bodies and the metadata are copied.</summary>
    /// <param name="time">The log time now; if that is behind the time of <paramref name="previous"/>, the batch gets the latter.</param>
    public static Batch Entries(
        Tail previous, Term term, ReadOnlySpan<ReadOnlyMemory<byte>> bodies, LogTime time = default, ReadOnlyMemory<byte> metadata = default)
    {
        Invariant.Holds(bodies.Length > 0, "A batch of entries holds at least one.");
        return Encode(BatchKind.Entries, previous, term, time, metadata.Span, bodies);
    }

    private static Batch Encode(
        BatchKind kind, Tail previous, Term term, LogTime time, ReadOnlySpan<byte> metadata, ReadOnlySpan<ReadOnlyMemory<byte>> bodies)
    {
        Invariant.Holds(term >= previous.Term && term > Term.None, $"A batch of term {term} cannot follow {previous}.");
        Invariant.Holds(time >= LogTime.Zero && time <= LogTime.Max, $"There is no log time of {time}.");
        Invariant.Holds(metadata.Length <= MetadataBytesMax, $"Metadata of {metadata.Length} bytes is larger than {MetadataBytesMax}.");
        long bodyBytes = 0;
        foreach (var body in bodies) bodyBytes += EntryOverheadBytes + body.Length;
        var encoded = GC.AllocateUninitializedArray<byte>(checked((int)(HeaderBytes + metadata.Length + bodyBytes)));
        var target = encoded.AsSpan();
        BinaryPrimitives.WriteUInt32LittleEndian(target, Magic | ((uint)((Version << 4) | (int)kind) << 24));
        BinaryPrimitives.WriteInt32LittleEndian(target[4..], bodies.Length);
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], previous.Index.Next.Value);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], term.Value);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], previous.Term.Value);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], previous.NextEntry.Value);
        BinaryPrimitives.WriteInt64LittleEndian(target[40..], LogTime.Later(time, previous.Time).Microseconds);
        BinaryPrimitives.WriteInt32LittleEndian(target[BodyBytesOffset..], (int)bodyBytes);
        BinaryPrimitives.WriteInt32LittleEndian(target[MetadataBytesOffset..], metadata.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(target[ZeroOffset..], 0);
        metadata.CopyTo(target[HeaderBytes..]);
        var offset = HeaderBytes + metadata.Length;
        foreach (var body in bodies)
        {
            BinaryPrimitives.WriteInt32LittleEndian(target[offset..], body.Length);
            body.Span.CopyTo(target[(offset + EntryOverheadBytes)..]);
            offset += EntryOverheadBytes + body.Length;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(target[CrcOffset..], CrcOf(target));
        return new Batch(encoded);
    }

    /// <summary>
    /// The length of the batch that starts here, or 0 if these bytes do not start one. Looks at the header only; needs <see cref="HeaderBytes"/>.
    /// </summary>
    public static int PeekLength(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes) return 0;
        var head = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if ((head & 0x00FFFFFF) != Magic || (head >> 28) != Version) return 0;
        var bodyBytes = BinaryPrimitives.ReadInt32LittleEndian(bytes[BodyBytesOffset..]);
        var metadataBytes = BinaryPrimitives.ReadInt32LittleEndian(bytes[MetadataBytesOffset..]);
        if (bodyBytes < 0 || metadataBytes is < 0 or > MetadataBytesMax) return 0;
        return bodyBytes > int.MaxValue - HeaderBytes - metadataBytes ? 0 : HeaderBytes + metadataBytes + bodyBytes;
    }

    /// <summary>The CRC32C that a header says; it needs <see cref="HeaderBytes"/>.</summary>
    public static uint PeekChecksum(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[CrcOffset..]);

    /// <summary>
    /// Checks and takes one batch that fills <paramref name="encoded"/> exactly. The memory is owned by the batch from then on.
    /// False for anything whose CRC, lengths or numbers do not hold; never throws.
    /// </summary>
    public static bool TryDecode(ReadOnlyMemory<byte> encoded, out Batch batch)
    {
        batch = null!;
        var bytes = encoded.Span;
        if (PeekLength(bytes) != bytes.Length || bytes.Length == 0) return false;
        if (PeekChecksum(bytes) != CrcOf(bytes)) return false;
        var candidate = new Batch(encoded);
        if (!candidate.IsWellFormed()) return false;
        batch = candidate;
        return true;
    }

    private bool IsWellFormed()
    {
        if (Index.Value < 1 || Term.Value < 1 || PreviousTerm.Value < 0 || PreviousTerm > Term || FirstEntry.Value < 0 || Count < 0) return false;
        if (Index.Value == long.MaxValue || FirstEntry.Value > long.MaxValue - Count || Time < LogTime.Zero || Time > LogTime.Max) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(Encoded.Span[ZeroOffset..]) != 0) return false;
        var metadataBytes = MetadataBytes;
        var isControl = Count == 0 && Encoded.Length == HeaderBytes + metadataBytes;
        return Kind switch
        {
            BatchKind.Entries => Count > 0 && BodiesAreWhole(Encoded.Span[(HeaderBytes + metadataBytes)..]),
            BatchKind.NoOp => isControl && metadataBytes == 0,
            BatchKind.Members or BatchKind.Sessions => isControl && metadataBytes > 0,
            _ => false,
        };
    }

    private bool BodiesAreWhole(ReadOnlySpan<byte> rest)
    {
        for (var i = 0; i < Count; i++)
        {
            if (rest.Length < EntryOverheadBytes) return false;
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
            if (length < 0 || length > rest.Length - EntryOverheadBytes) return false;
            rest = rest[(EntryOverheadBytes + length)..];
        }

        return rest.IsEmpty;
    }

    private static uint CrcOf(ReadOnlySpan<byte> encoded) =>
        Crc32C.Append(Crc32C.Append(Crc32C.Seed, encoded[..CrcOffset]), encoded[HeaderBytes..]) ^ Crc32C.Seed;

    public override string ToString() => $"{Kind} {Point}, {Count} entries from {FirstEntry}";
}
