using System.Buffers.Binary;
using CsCheck;
using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Log;

/// <summary>The bytes of a batch, the same on every disk and wire.</summary>
public sealed class BatchTests
{
    private static readonly Gen<Batch> AnyBatch = Gen.Select(
        Gen.Select(Gen.Long[0, 1L << 40], Gen.Long[0, 1L << 30], Gen.Long[0, 1L << 50], Gen.Long[0, 1L << 59]),
        Gen.Long[1, 9],
        Gen.Long[0, 1L << 60],
        Gen.Byte.Array[0, 30],
        Gen.Byte.Array[0, 40].Array[0, 6],
        (tail, termsLater, time, metadata, bodies) =>
        {
            var previous = new Tail(I(tail.Item1), T(tail.Item2), new EntryIndex(tail.Item3), new LogTime(tail.Item4));
            var term = T(tail.Item2 + termsLater);
            if (bodies.Length > 0)
                return Batch.Entries(previous, term, [.. bodies.Select(body => (ReadOnlyMemory<byte>)body)], new LogTime(time), metadata);
            return metadata.Length == 0
                ? Batch.Control(BatchKind.NoOp, previous, term, new LogTime(time))
                : Batch.Control(time % 2 == 0 ? BatchKind.Members : BatchKind.Sessions, previous, term, new LogTime(time), metadata);
        });

    [Fact]
    public void The_layout_does_not_change()
    {
        var previous = new Tail(I(0x0102), T(0x03), new EntryIndex(0x0405), new LogTime(0x0607));
        var batch = Batch.Entries(
            previous, T(0x06), [new byte[] { 0xAA }, ReadOnlyMemory<byte>.Empty], new LogTime(0x0809), new byte[] { 0xBB, 0xCC });
        Assert.Equal(
            "444C4221" + "02000000" + "0301000000000000" + "0600000000000000" + "0300000000000000" + "0504000000000000" + "0908000000000000"
            + "09000000" + "02000000" + "00000000" + "63D950BD" + "BBCC" + "01000000AA" + "00000000",
            Convert.ToHexString(batch.Encoded.Span));
        Assert.Equal(Batch.EncodedBytes(1, 2) + 2, batch.Encoded.Length);
    }

    [Theory]
    [InlineData(nameof(BatchKind.NoOp), 2, 0)]
    [InlineData(nameof(BatchKind.Members), 3, 1)]
    [InlineData(nameof(BatchKind.Sessions), 4, 1)]
    public void The_numbers_of_control_records_do_not_change(string kind, int number, int metadataBytes)
    {
        var record = Batch.Control(Enum.Parse<BatchKind>(kind), Tail.Empty, T(1), default, new byte[metadataBytes]);
        Assert.Equal((0x20 | number, Batch.HeaderBytes + metadataBytes), (record.Encoded.Span[3], record.Encoded.Length));
    }

    [Fact]
    public void What_was_encoded_is_decoded()
    {
        AnyBatch.Sample(batch =>
        {
            Assert.True(Batch.TryDecode(batch.Encoded.ToArray(), out var decoded));
            Assert.Equal(
                (batch.Kind, batch.Count, batch.Index, batch.Term, batch.PreviousTerm, batch.FirstEntry, batch.Time, batch.Checksum),
                (decoded.Kind, decoded.Count, decoded.Index, decoded.Term, decoded.PreviousTerm, decoded.FirstEntry, decoded.Time, decoded.Checksum));
            Assert.Equal((batch.Point, batch.PreviousPoint, batch.Tail), (decoded.Point, decoded.PreviousPoint, decoded.Tail));
            Assert.Equal(Bodies(batch), Bodies(decoded));
            Assert.Equal(batch.Metadata.ToArray(), decoded.Metadata.ToArray());
            Assert.Equal(batch.Count, Bodies(batch).Count);
        });
    }

    [Fact]
    public void Bodies_and_metadata_are_kept_apart()
    {
        var batch = Batch.Entries(Tail.Empty, T(1), [new byte[] { 1, 2 }, new byte[] { 3 }], default, new byte[] { 4, 5, 6 });
        Assert.Equal(["0102", "03"], Bodies(batch));
        Assert.Equal("040506", Convert.ToHexString(batch.Metadata.Span));
        Assert.True(Batch.Entries(Tail.Empty, T(1), [new byte[] { 1 }]).Metadata.IsEmpty);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(499, 500)]
    [InlineData(500, 500)]
    [InlineData(501, 501)]
    public void Log_time_never_falls_behind_the_batch_before(long now, long written)
    {
        var previous = Tail.Empty with { Time = new LogTime(written == 0 ? 0 : 500) };
        var batch = Batch.Entries(previous, T(1), [new byte[1]], new LogTime(now));
        Assert.Equal((written, written), (batch.Time.Microseconds, batch.Tail.Time.Microseconds));
        Assert.Equal(written, Batch.Control(BatchKind.NoOp, previous, T(1), new LogTime(now)).Time.Microseconds);
    }

    [Fact]
    public void A_batch_follows_one_tail_only()
    {
        var tail = new Tail(I(4), T(2), new EntryIndex(9), new LogTime(70));
        var batch = Batch.Entries(tail, T(3), [new byte[1]], new LogTime(80));
        Assert.True(batch.Follows(tail));
        Assert.True(batch.Follows(tail with { Time = new LogTime(80) }));
        Assert.False(batch.Follows(tail with { Time = new LogTime(81) }));
        Assert.False(batch.Follows(tail with { Index = I(5) }));
        Assert.False(batch.Follows(tail with { Term = T(3) }));
        Assert.False(batch.Follows(tail with { NextEntry = new EntryIndex(8) }));
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
        (int Offset, long Value)[] wrong =
        [
            (8, 0), (8, -1), (8, long.MaxValue), (16, 0), (16, -3), (24, -1), (24, 99), (32, -1), (32, long.MaxValue),
            (40, -1), (40, LogTime.Max.Microseconds + 1), (40, long.MaxValue),
        ];
        foreach (var (offset, value) in wrong)
        {
            var bytes = OneEntry(new Tail(I(4), T(2), new EntryIndex(9)), 3).Encoded.ToArray();
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(offset), value);
            Assert.False(Batch.TryDecode(WithCrc(bytes), out _), $"{value} at {offset}");
        }

        (int Offset, int Value)[] wrongLengths =
        [
            (4, 0), (4, -1), (4, 2), (48, -1), (48, int.MaxValue), (52, -1), (52, 1), (52, int.MaxValue), (56, 1), (56, -1), (64, -1), (64, 2),
            (64, 99),
        ];
        foreach (var (offset, value) in wrongLengths)
        {
            var bytes = OneEntry(Tail.Empty, 3).Encoded.ToArray();
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(offset), value);
            Assert.False(Batch.TryDecode(WithCrc(bytes), out _), $"{value} at {offset}");
        }

        // No such kind, a kind without what it must hold, the version before this one.
        foreach (var head in new byte[] { 0x20, 0x22, 0x23, 0x24, 0x25, 0x2F, 0x11, 0x31 })
        {
            var bytes = OneEntry(Tail.Empty, 3).Encoded.ToArray();
            bytes[3] = head;
            Assert.False(Batch.TryDecode(WithCrc(bytes), out _), $"{head:X2}");
        }
    }

    [Fact]
    public void A_piece_of_the_bodies_is_not_taken_for_metadata()
    {
        // The sum of the two lengths holds; only the bodies tell.
        var bytes = OneEntry(Tail.Empty, 3, body: 9).Encoded.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(48), 4);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(52), 1);
        Assert.False(Batch.TryDecode(WithCrc(bytes), out _));
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
    public void A_control_record_that_holds_something_else_is_refused()
    {
        var counted = Batch.Control(BatchKind.NoOp, Tail.Empty, T(1)).Encoded.ToArray();
        counted[4] = 1;
        Assert.False(Batch.TryDecode(WithCrc(counted), out _));
        foreach (byte kind in new[] { 2, 3, 4 })
        {
            var filled = OneEntry(Tail.Empty, 1).Encoded.ToArray();
            filled[3] = (byte)(0x20 | kind);
            filled[4] = 0;
            Assert.False(Batch.TryDecode(WithCrc(filled), out _));
            var empty = Batch.Control(BatchKind.NoOp, Tail.Empty, T(1)).Encoded.ToArray();
            empty[3] = (byte)(0x20 | kind);
            Assert.Equal(kind == 2, Batch.TryDecode(WithCrc(empty), out _));
            var withMetadata = Batch.Control(BatchKind.Members, Tail.Empty, T(1), default, new byte[3]).Encoded.ToArray();
            withMetadata[3] = (byte)(0x20 | kind);
            Assert.Equal(kind != 2, Batch.TryDecode(WithCrc(withMetadata), out _));
        }
    }

    [Theory]
    [InlineData(-1, 0, 0)]
    [InlineData(0, 0, Batch.HeaderBytes)]
    [InlineData(int.MaxValue - Batch.HeaderBytes, 0, int.MaxValue)]
    [InlineData(int.MaxValue - Batch.HeaderBytes + 1, 0, 0)]
    [InlineData(int.MaxValue - Batch.HeaderBytes, 1, 0)]
    [InlineData(1, Batch.MetadataBytesMax, Batch.HeaderBytes + Batch.MetadataBytesMax + 1)]
    [InlineData(1, Batch.MetadataBytesMax + 1, 0)]
    [InlineData(1, -1, 0)]
    public void A_peek_tells_any_length_that_an_array_of_bytes_can_have(int bodyBytes, int metadataBytes, int length)
    {
        var bytes = Batch.Control(BatchKind.NoOp, Tail.Empty, T(1)).Encoded.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(48), bodyBytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(52), metadataBytes);
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
        Assert.Throws<InvariantBrokenException>(() => Batch.Control(BatchKind.NoOp, Tail.Empty, T(1), default, new byte[1]));
        Assert.Throws<InvariantBrokenException>(() => Batch.Control(BatchKind.Members, Tail.Empty, T(1)));
        Assert.Throws<InvariantBrokenException>(() => Batch.Control(BatchKind.Sessions, Tail.Empty, T(1)));
    }

    [Fact]
    public void No_batch_is_made_that_would_not_be_taken()
    {
        Assert.Throws<InvariantBrokenException>(
            () => Batch.Control(BatchKind.Members, Tail.Empty, T(1), default, new byte[Batch.MetadataBytesMax + 1]));
        Assert.Throws<InvariantBrokenException>(() => Batch.Control(BatchKind.NoOp, Tail.Empty, T(1), new LogTime(LogTime.Max.Microseconds + 1)));
        Assert.Throws<InvariantBrokenException>(() => Batch.Control(BatchKind.NoOp, Tail.Empty, T(1), new LogTime(-1)));
        var largest = Batch.Entries(Tail.Empty, T(1), [new byte[1]], LogTime.Max, new byte[Batch.MetadataBytesMax]);
        Assert.True(Batch.TryDecode(largest.Encoded, out _));
    }

    private static byte[] WithCrc(byte[] bytes)
    {
        var crc = Crc32C.Of([.. bytes.AsSpan(0, 60), .. bytes.AsSpan(64)]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(60), crc);
        return bytes;
    }

    private static List<string> Bodies(Batch batch)
    {
        List<string> bodies = [];
        foreach (var body in batch.Bodies) bodies.Add(Convert.ToHexString(body.Span));
        return bodies;
    }
}
