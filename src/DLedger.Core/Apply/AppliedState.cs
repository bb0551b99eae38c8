namespace DLedger.Core;

/// <summary>
/// The ledger's part of a state: how far it is applied, and what the results add up to. One value, saved in one atomic write together with the
/// machine's own state, or not at all (SAFETY 53).
/// </summary>
/// <param name="Tail">The last batch that is applied, the entry that comes next, and the log time there.</param>
/// <param name="Digest">Of all results up to there (SAFETY 56).</param>
/// <param name="MachineVersion">Which version of the machine wrote the state.</param>
internal readonly record struct AppliedState(Tail Tail, ResultDigest Digest, int MachineVersion)
{
    /// <summary>The largest encoding.</summary>
    public const int EncodedBytes = 1 + (4 * sizeof(long)) + sizeof(long) + sizeof(int) + sizeof(int);

    /// <summary>Nothing is applied.</summary>
    public static readonly AppliedState Empty = new(Tail.Empty, ResultDigest.None, 0);

    private const byte Format = 1;

    /// <summary>For whoever saves it; it means nothing to them.</summary>
    public byte[] Encode()
    {
        var bytes = new byte[EncodedBytes];
        var writer = RecordWriter.Into(bytes);
        writer.U8(Format);
        writer.Tail(Tail);
        writer.I64((long)Digest.Value);
        writer.I32(MachineVersion);
        writer.I32((int)Crc32C.Of(bytes.AsSpan(0, EncodedBytes - sizeof(int))));
        return bytes;
    }

    /// <summary>Nothing encodes as nothing: a machine that never saved. Never throws.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> encoded, out AppliedState state, out string problem)
    {
        state = Empty;
        problem = "";
        if (encoded.IsEmpty) return true;
        var reader = new RecordReader(encoded);
        if (reader.U8() != Format) reader.Refuse("it is of another format");
        var tail = reader.Tail();
        var digest = reader.I64();
        var version = reader.I32();
        var checksum = (uint)reader.I32();
        reader.End();
        if (reader.Problem is null && checksum != Crc32C.Of(encoded.Span[..(EncodedBytes - sizeof(int))])) reader.Refuse("its checksum does not fit");
        problem = reader.Problem ?? "";
        if (reader.Problem is not null) return false;
        state = new AppliedState(tail, new ResultDigest((ulong)digest), version);
        return true;
    }
}
