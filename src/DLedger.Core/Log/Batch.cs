using System.Buffers.Binary;

namespace DLedger.Core;

/// <summary>
/// The unit of Raft, of the wire and of the disk: one or more entries of one term, or one control record. Encoded once; the same bytes
/// go to the disk and to every peer, guarded end to end by one CRC32C.
/// </summary>
/// <remarks>
/// Layout, little endian, <see cref="HeaderBytes"/> then the bodies, each a 4-byte length and its bytes:
/// <code>
///  0 u24 magic "DLB"    3 u8  version (high 4 bits) and kind (low 4 bits)
///  4 i32 count          8 i64 log index        16 i64 term        24 i64 previous term
/// 32 i64 first entry   40 i32 bytes of bodies  44 u32 CRC32C of bytes 0..43 and the bodies
/// </code>
/// </remarks>
public sealed class Batch
{
    public const int HeaderBytes = 48;

    /// <summary>What each entry costs besides its bytes.</summary>
    public const int EntryOverheadBytes = 4;

    private const int CrcOffset = 44;
    private const uint Magic = 0x00424C44; // "DLB" in memory order
    private const int Version = 1;

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
    }

    /// <summary>Header and bodies; owned by the batch and never changed.</summary>
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

    public LogPoint Point => new(Index, Term);

    public LogPoint PreviousPoint => new(Index.Previous, PreviousTerm);

    /// <summary>The tail of a log that ends with this batch.</summary>
    public Tail Tail => new(Index, Term, FirstEntry.Plus(Count));

    /// <summary>The bodies in order, as slices of <see cref="Encoded"/>.</summary>
    public BatchBodies Bodies => new(Encoded[HeaderBytes..]);

    /// <summary>Bytes that a batch of these entries takes, header included.</summary>
    public static long EncodedBytes(long bodyBytes, int count) => HeaderBytes + bodyBytes + ((long)EntryOverheadBytes * count);

    /// <summary>Encodes a control record that follows <paramref name="previous"/>.</summary>
    public static Batch Control(BatchKind kind, Tail previous, Term term)
    {
        Invariant.Holds(kind != BatchKind.Entries, "A control record is not a batch of entries.");
        return Encode(kind, previous, term, []);
    }

    /// <summary>Encodes entries that follow <paramref name="previous"/>. The bodies are copied.</summary>
    public static Batch Entries(Tail previous, Term term, ReadOnlySpan<ReadOnlyMemory<byte>> bodies)
    {
        Invariant.Holds(bodies.Length > 0, "A batch of entries holds at least one.");
        return Encode(BatchKind.Entries, previous, term, bodies);
    }

    private static Batch Encode(BatchKind kind, Tail previous, Term term, ReadOnlySpan<ReadOnlyMemory<byte>> bodies)
    {
        Invariant.Holds(term >= previous.Term && term > Term.None, $"A batch of term {term} cannot follow {previous}.");
        long bodyBytes = 0;
        foreach (var body in bodies) bodyBytes += EntryOverheadBytes + body.Length;
        var encoded = GC.AllocateUninitializedArray<byte>(checked((int)(HeaderBytes + bodyBytes)));
        var target = encoded.AsSpan();
        BinaryPrimitives.WriteUInt32LittleEndian(target, Magic | ((uint)((Version << 4) | (int)kind) << 24));
        BinaryPrimitives.WriteInt32LittleEndian(target[4..], bodies.Length);
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], previous.Index.Next.Value);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], term.Value);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], previous.Term.Value);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], previous.NextEntry.Value);
        BinaryPrimitives.WriteInt32LittleEndian(target[40..], (int)bodyBytes);
        var offset = HeaderBytes;
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
        var bodyBytes = BinaryPrimitives.ReadInt32LittleEndian(bytes[40..]);
        return bodyBytes < 0 || bodyBytes > int.MaxValue - HeaderBytes ? 0 : HeaderBytes + bodyBytes;
    }

    /// <summary>
    /// Checks and takes one batch that fills <paramref name="encoded"/> exactly. The memory is owned by the batch from then on.
    /// False for anything whose CRC, lengths or numbers do not hold; never throws.
    /// </summary>
    public static bool TryDecode(ReadOnlyMemory<byte> encoded, out Batch batch)
    {
        batch = null!;
        var bytes = encoded.Span;
        if (PeekLength(bytes) != bytes.Length || bytes.Length == 0) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[CrcOffset..]) != CrcOf(bytes)) return false;
        var candidate = new Batch(encoded);
        if (!candidate.IsWellFormed()) return false;
        batch = candidate;
        return true;
    }

    private bool IsWellFormed()
    {
        if (Index.Value < 1 || Term.Value < 1 || PreviousTerm.Value < 0 || PreviousTerm > Term || FirstEntry.Value < 0 || Count < 0) return false;
        if (Index.Value == long.MaxValue || FirstEntry.Value > long.MaxValue - Count) return false;
        if (Kind == BatchKind.NoOp) return Count == 0 && Encoded.Length == HeaderBytes;
        if (Kind != BatchKind.Entries || Count == 0) return false;
        var rest = Encoded.Span[HeaderBytes..];
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
