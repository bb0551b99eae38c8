namespace DLedger.Storage.Faster.Tests.Fuzz;

/// <summary>What happens to bytes: flips, lost and doubled pieces, numbers at their limits, other lengths.</summary>
internal static class Mutation
{
    private static readonly byte[] Extremes = [0, 1, 0x7F, 0x80, 0xFF];

    public static byte[] Of(Random random, ReadOnlySpan<byte> original)
    {
        var bytes = original.ToArray();
        for (var times = random.Next(1, 4); times > 0; times--) bytes = Once(random, bytes);
        return bytes;
    }

    private static byte[] Once(Random random, byte[] bytes)
    {
        if (bytes.Length == 0) return [(byte)random.Next(256)];
        var at = random.Next(bytes.Length);
        var length = random.Next(1, Math.Min(16, bytes.Length - at) + 1);
        switch (random.Next(7))
        {
            case 0 or 1:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 2:
                bytes.AsSpan(at, length).Fill(Extremes[random.Next(Extremes.Length)]);
                return bytes;
            case 3:
                random.NextBytes(bytes.AsSpan(at, length));
                return bytes;
            case 4:
                return bytes[..at];
            case 5:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            default:
                return [.. bytes[..(at + length)], .. bytes[at..]];
        }
    }
}
