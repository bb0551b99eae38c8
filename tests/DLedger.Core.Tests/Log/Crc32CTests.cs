using System.Text;
using CsCheck;
using Xunit;

namespace DLedger.Core.Tests.Log;

/// <summary>The checksum of everything, against its published values and its definition.</summary>
public sealed class Crc32CTests
{
    [Fact]
    public void It_gives_the_published_values()
    {
        Assert.Equal(0xE3069283u, Crc32C.Of(Encoding.ASCII.GetBytes("123456789")));
        Assert.Equal(0x8A9136AAu, Crc32C.Of(new byte[32])); // RFC 3720 B.4
        Assert.Equal(0x62A8AB43u, Crc32C.Of(Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.Equal(0x46DD794Eu, Crc32C.Of([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
        Assert.Equal(0u, Crc32C.Of([]));
    }

    [Fact]
    public void It_agrees_with_its_definition_bit_by_bit() => Gen.Byte.Array[0, 70].Sample(bytes => Crc32C.Of(bytes) == BitByBit(bytes));

    [Fact]
    public void Pieces_give_the_same_as_the_whole() =>
        Gen.Select(Gen.Byte.Array[0, 40], Gen.Byte.Array[0, 40])
            .Sample((one, other) => (Crc32C.Append(Crc32C.Append(Crc32C.Seed, one), other) ^ Crc32C.Seed) == Crc32C.Of([.. one, .. other]));

    private static uint BitByBit(byte[] bytes)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78u : crc >> 1;
        }

        return crc ^ 0xFFFFFFFFu;
    }
}
