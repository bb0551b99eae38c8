using System.Globalization;

namespace DLedger.Core;

/// <summary>What a size in bytes may be.</summary>
/// <param name="Least">The smallest that is allowed.</param>
/// <param name="Most">The largest that is allowed.</param>
/// <param name="PowerOfTwo">Whether it must be a power of two.</param>
/// <param name="OrNone">Whether 0 is allowed besides.</param>
internal readonly record struct SizeLimits(long Least, long Most, bool PowerOfTwo = false, bool OrNone = false)
{
    public bool Allow(long value) => (OrNone && value == 0) || (value >= Least && value <= Most && (!PowerOfTwo || long.IsPow2(value)));

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(OrNone ? "0 or " : "")}{(PowerOfTwo ? "a power of two from " : "")}{Least} to {Most}");
}
