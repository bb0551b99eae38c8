using System.Numerics;

namespace DLedger.Simulation;

/// <summary>
/// The one source of chance in a run: xoshiro256** seeded through SplitMix64. Its own, because the numbers of <see cref="Random"/> with a seed
/// may change between versions of .NET, and a seed in a bug report has to mean the same run for years.
/// </summary>
internal sealed class WorldRandom : Random
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    public WorldRandom(ulong seed)
    {
        _a = SplitMix(ref seed);
        _b = SplitMix(ref seed);
        _c = SplitMix(ref seed);
        _d = SplitMix(ref seed);
    }

    /// <summary>
    /// A stream of its own for one part of the world, so that a part that draws once more does not shift the luck of all others.
    /// </summary>
    public WorldRandom Fork(string name) => new(NextBits() ^ StableHash.Of(name));

    public bool Chance(double probability) => NextDouble() < probability;

    public TimeSpan Between(TimeSpan least, TimeSpan most) => least >= most ? least : new TimeSpan(NextInt64(least.Ticks, most.Ticks + 1));

    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    public void ShuffleInPlace<T>(IList<T> items)
    {
        for (var i = items.Count - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    public override int Next() => (int)Below(int.MaxValue);

    public override int Next(int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return maxValue == 0 ? 0 : (int)Below((ulong)maxValue);
    }

    public override int Next(int minValue, int maxValue) => (int)NextInt64(minValue, maxValue);

    public override long NextInt64() => (long)Below(long.MaxValue);

    public override long NextInt64(long maxValue) => NextInt64(0, maxValue);

    public override long NextInt64(long minValue, long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return minValue == maxValue ? minValue : minValue + (long)Below((ulong)(maxValue - minValue));
    }

    public override double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    public override float NextSingle() => (NextBits() >> 40) * (1.0f / (1U << 24));

    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    public override void NextBytes(Span<byte> buffer)
    {
        for (var i = 0; i < buffer.Length; i++) buffer[i] = (byte)NextBits();
    }

    protected override double Sample() => NextDouble();

    // Multiplication instead of modulo keeps small ranges fair enough and needs exactly one draw, whatever comes out.
    private ulong Below(ulong limit) => Math.BigMul(NextBits(), limit, out _);

    private ulong NextBits()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
