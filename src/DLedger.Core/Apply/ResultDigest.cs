using System.Buffers.Binary;
using System.Numerics;

namespace DLedger.Core;

/// <summary>
/// What all results up to an entry come to, in 64 bits: two replicas whose results differ anywhere have different ones from there on (SAFETY 56). It
/// finds machines that are not deterministic; it is no protection against people who choose their results.
/// </summary>
internal readonly record struct ResultDigest(ulong Value)
{
    /// <summary>Of no results.</summary>
    public static readonly ResultDigest None = new(0);

    // Odd constants without a pattern: those of xxHash64.
    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;

    /// <summary>The next result. Its index and length count too, so that bytes that move from one result to the next are seen.</summary>
    public ResultDigest Chain(EntryIndex entry, ReadOnlySpan<byte> result)
    {
        var hash = Mix(Mix(Value, (ulong)entry.Value), (ulong)result.Length);
        while (result.Length >= sizeof(ulong))
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(result));
            result = result[sizeof(ulong)..];
        }

        ulong rest = 0;
        foreach (var value in result) rest = (rest << 8) | value;
        return new ResultDigest(Mix(hash, rest));
    }

    /// <summary>What the machine says of its own state, in front of this entry.</summary>
    public ResultDigest ChainState(EntryIndex next, ulong state) => new(Mix(Mix(Mix(Value, ulong.MaxValue), (ulong)next.Value), state));

    private static ulong Mix(ulong hash, ulong value) => (BitOperations.RotateLeft((hash ^ (value * Prime2)) * Prime1, 31) * Prime1) + Prime2;

    public override string ToString() => Value.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
}
