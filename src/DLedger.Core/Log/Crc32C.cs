using System.Numerics;
using System.Runtime.InteropServices;

namespace DLedger.Core;

/// <summary>CRC32C (Castagnoli) over spans, with the processor's own instruction where there is one.</summary>
internal static class Crc32C
{
    /// <summary>Start with this and combine the result with it by exclusive or to get the standard value.</summary>
    public const uint Seed = 0xFFFFFFFF;

    /// <summary>The standard CRC32C of the bytes ("123456789" gives E3069283).</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => Append(Seed, bytes) ^ Seed;

    /// <summary>Continues a running value over more bytes.</summary>
    public static uint Append(uint running, ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
            running = BitOperations.Crc32C(
                running, BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word));
        foreach (var value in bytes[(words.Length * sizeof(ulong))..]) running = BitOperations.Crc32C(running, value);
        return running;
    }
}
