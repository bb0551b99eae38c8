using System.Buffers.Binary;

namespace DLedger.Simulation;

/// <summary>
/// The state of the simulated machine, and at once its reply: how many entries it has, and a hash over all of them in order. An entry that is left
/// out, doubled or out of turn shows in every reply from there on.
/// </summary>
internal readonly record struct ChainState(long Entries, ulong Chain)
{
    public const int EncodedBytes = 16;

    public ChainState Apply(long index, ReadOnlySpan<byte> body)
    {
        var hash = (Chain ^ (ulong)index) * 0x9E3779B185EBCA87;
        foreach (var value in body) hash = (hash ^ value) * 0x100000001B3;
        return new ChainState(Entries + 1, hash);
    }

    public void WriteTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Entries);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], Chain);
    }

    public static ChainState Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
}
