using System.Buffers.Binary;
using CsCheck;
using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Log;

/// <summary>The bytes of a batch, the same on every disk and wire.</summary>
public sealed class BatchTests
{
    private static readonly Gen<Batch> AnyBatch = Gen.Select(
        Gen.Long[0, 1L << 40],
        Gen.Long[0, 1L << 30],
        Gen.Long[0, 1L << 50],
        Gen.Long[1, 9],
        Gen.Byte.Array[0, 40].Array[0, 6],
        (index, term, entry, termsLater, bodies) =>
        {
            var previous = new Tail(I(index), T(term), new EntryIndex(entry));
            return bodies.Length == 0
                ? Batch.Control(BatchKind.NoOp, previous, T(term + termsLater))
                : Batch.Entries(previous, T(term + termsLater), [.. bodies.Select(body => (ReadOnlyMemory<byte>)body)]);
        });

    [Fact]
    public void The_layout_does_not_change()
    {
        var previous = new Tail(I(0x0102), T(0x03), new EntryIndex(0x0405));
        var batch = Batch.Entries(previous, T(0x06), [new byte[] { 0xAA }, ReadOnlyMemory<byte>.Empty]);
        Assert.Equal(
            "444C421102000000030100000000000006000000000000000300000000000000050400000000000009000000" + Crc(batch) + "01000000AA00000000",
            Convert.ToHexString(batch.Encoded.Span));
        Assert.Equal(Batch.EncodedBytes(1, 2), batch.Encoded.Length);
    }

    [Fact]
    public void What_was_encoded_is_decoded()
    {
        AnyBatch.Sample(batch =>
        {
            Assert.True(Batch.TryDecode(batch.Encoded.ToArray(), out var decoded));
            Assert.Equal(
                (batch.Kind, batch.Count, batch.Index, batch.Term, batch.PreviousTerm, batch.FirstEntry),
                (decoded.Kind, decoded.Count, decoded.Index, decoded.Term, decoded.PreviousTerm, decoded.FirstEntry));
            Assert.Equal((batch.Point, batch.PreviousPoint, batch.Tail), (decoded.Point, decoded.PreviousPoint, decoded.Tail));
            Assert.Equal(Bodies(batch), Bodies(decoded));
            Assert.Equal(batch.Count, Bodies(batch).Count);
        });
    }

    [Fact]
    public void Any_flipped_bit_is_refused()
    {
        AnyBatch.Sample(
            batch =>
            {
                var bytes = batch.Encoded.ToArray();
                for (var bit = 0; bit < bytes.Length * 8; bit++)
                {
                    bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                    Assert.False(Batch.TryDecode(bytes, out _), $"bit {bit} of {batch}");
                    bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                }
            },
            iter: 200);
    }

    [Fact]
    public void Bytes_cut_off_or_added_are_refused()
    {
        AnyBatch.Sample(
            batch =>
            {
                for (var length = 0; length < batch.Encoded.Length; length++) Assert.False(Batch.TryDecode(batch.Encoded[..length], out _));
                Assert.False(Batch.TryDecode(batch.Encoded.ToArray().Append((byte)0).ToArray(), out _));
            },
            iter: 200);
    }

    [Fact]
    public void Garbage_is_refused_and_never_throws() => Gen.Byte.Array[0, 200].Sample(bytes => !Batch.TryDecode(bytes, out _));

    [Fact]
    public void Numbers_that_cannot_be_are_refused_even_with_a_right_crc()
    {
        // With the checksum made right again after each change: what a wrong program would write.
        (int Offset, long Value)[] wrong = [(8, 0), (8, -1), (8, long.MaxValue), (16, 0), (16, -3), (24, -1), (24, 99), (32, -1), (32, long.MaxValue)];
        foreach (var (offset, value) in wrong)
        {
            var bytes = OneEntry(new Tail(I(4), T(2), new EntryIndex(9)), 3).Encoded.ToArray();
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(offset), value);
            Assert.False(Batch.TryDecode(WithCrc(bytes), out _), $"{value} at {offset}");
        }

        foreach (var (offset, value) in new[] { (4, 0), (4, -1), (4, 2), (40, -1), (40, int.MaxValue), (48, -1), (48, 2), (48, 99) })
        {
            var bytes = OneEntry(Tail.Empty, 3).Encoded.ToArray();
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(offset), value);
            Assert.False(Batch.TryDecode(WithCrc(bytes), out _), $"{value} at {offset}");
        }

        var kind = OneEntry(Tail.Empty, 3).Encoded.ToArray();
        kind[3] = 0x13;
        Assert.False(Batch.TryDecode(WithCrc(kind), out _));
        kind[3] = 0x21;
        Assert.False(Batch.TryDecode(WithCrc(kind), out _));
    }

    [Fact]
    public void The_largest_numbers_that_can_be_are_taken()
    {
        var index = new Tail(I(long.MaxValue - 2), T(2), EntryIndex.Zero);
        Assert.True(Batch.TryDecode(OneEntry(index, 2).Encoded, out _));
        Assert.False(Batch.TryDecode(OneEntry(index with { Index = index.Index.Next }, 2).Encoded, out _));
        var entry = new Tail(I(1), T(2), new EntryIndex(long.MaxValue - 1));
        Assert.True(Batch.TryDecode(OneEntry(entry, 2).Encoded, out _));
        Assert.False(Batch.TryDecode(OneEntry(entry with { NextEntry = new EntryIndex(long.MaxValue) }, 2).Encoded, out _));
        Assert.True(Batch.TryDecode(OneEntry(Tail.Empty, long.MaxValue).Encoded, out _));
    }

    [Fact]
    public void The_first_batch_of_the_first_term_is_taken()
    {
        Assert.True(Batch.TryDecode(OneEntry(Tail.Empty, 1).Encoded, out var batch));
        Assert.Equal((At(1, 1), LogPoint.Origin), (batch.Point, batch.PreviousPoint));
    }

    [Fact]
    public void A_control_record_that_holds_something_is_refused()
    {
        var counted = Batch.Control(BatchKind.NoOp, Tail.Empty, T(1)).Encoded.ToArray();
        counted[4] = 1;
        Assert.False(Batch.TryDecode(WithCrc(counted), out _));
        var filled = OneEntry(Tail.Empty, 1).Encoded.ToArray();
        filled[3] = 0x12;
        filled[4] = 0;
        Assert.False(Batch.TryDecode(WithCrc(filled), out _));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, Batch.HeaderBytes)]
    [InlineData(int.MaxValue - Batch.HeaderBytes, int.MaxValue)]
    [InlineData(int.MaxValue - Batch.HeaderBytes + 1, 0)]
    public void A_peek_tells_any_length_that_an_array_of_bytes_can_have(int bodyBytes, int length)
    {
        var bytes = Batch.Control(BatchKind.NoOp, Tail.Empty, T(1)).Encoded.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(40), bodyBytes);
        Assert.Equal(length, Batch.PeekLength(bytes));
    }

    [Fact]
    public void A_peek_tells_the_length_from_the_header_alone()
    {
        var batch = OneEntry(Tail.Empty, 1);
        Assert.Equal(batch.Encoded.Length, Batch.PeekLength(batch.Encoded.Span[..Batch.HeaderBytes]));
        Assert.Equal(0, Batch.PeekLength(batch.Encoded.Span[..(Batch.HeaderBytes - 1)]));
        Assert.Equal(0, Batch.PeekLength(new byte[Batch.HeaderBytes]));
    }

    [Fact]
    public void Entry_indexes_stay_dense_over_control_records()
    {
        var first = OneEntry(Tail.Empty, 1);
        var noOp = Batch.Control(BatchKind.NoOp, first.Tail, T(2));
        Assert.Equal(new Tail(I(2), T(2), new EntryIndex(1)), noOp.Tail);
        Assert.Equal(new EntryIndex(1), OneEntry(noOp.Tail, 2).FirstEntry);
    }

    [Fact]
    public void Raft_5_3_a_batch_never_has_a_lower_term_than_the_one_before() =>
        Assert.Throws<InvariantBrokenException>(() => OneEntry(new Tail(I(3), T(4), EntryIndex.Zero), 3));

    [Fact]
    public void Raft_5_1_there_is_no_batch_of_the_term_before_the_first() =>
        Assert.Throws<InvariantBrokenException>(() => OneEntry(Tail.Empty, 0));

    [Fact]
    public void A_batch_that_no_array_can_hold_is_refused_before_anything_is_copied()
    {
        // A little more than 4 GiB, of which each MiB is the same.
        ReadOnlyMemory<byte> body = new byte[1 << 20];
        Assert.Throws<OverflowException>(() => Batch.Entries(Tail.Empty, T(1), Enumerable.Repeat(body, 4_097).ToArray()));
    }

    [Fact]
    public void A_batch_without_entries_is_a_control_record_and_nothing_else()
    {
        Assert.Throws<InvariantBrokenException>(() => Batch.Entries(Tail.Empty, T(1), []));
        Assert.Throws<InvariantBrokenException>(() => Batch.Control(BatchKind.Entries, Tail.Empty, T(1)));
    }

    private static string Crc(Batch batch) => Convert.ToHexString(batch.Encoded.Span[44..48]);

    private static byte[] WithCrc(byte[] bytes)
    {
        var crc = Crc32C.Of([.. bytes.AsSpan(0, 44), .. bytes.AsSpan(48)]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(44), crc);
        return bytes;
    }

    private static List<string> Bodies(Batch batch)
    {
        List<string> bodies = [];
        foreach (var body in batch.Bodies) bodies.Add(Convert.ToHexString(body.Span));
        return bodies;
    }
}
