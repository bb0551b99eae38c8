using System.Numerics;

namespace DLedger.Simulation;

/// <summary>FNV-1a: the same in every process, which <see cref="string.GetHashCode()"/> is not.</summary>
internal static class StableHash
{
    public const ulong Seed = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    public static ulong Of(string text)
    {
        var hash = Seed;
        foreach (var letter in text) hash = (hash ^ letter) * Prime;
        return hash;
    }

    /// <summary>Quicker than <see cref="Mix"/>, for what happens at every step.</summary>
    public static ulong Chain(ulong hash, ulong value) => BitOperations.RotateLeft(hash ^ value, 23) * Prime;

    public static ulong Mix(ulong hash, ulong value)
    {
        for (var shift = 0; shift < 64; shift += 8) hash = (hash ^ ((value >> shift) & 0xFF)) * Prime;
        return hash;
    }
}
