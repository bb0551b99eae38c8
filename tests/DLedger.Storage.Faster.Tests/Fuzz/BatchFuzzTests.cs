using System.Buffers.Binary;
using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests.Fuzz;

/// <summary>Whatever bytes come from a disk or a wire, taking a batch answers yes or no, and a yes is a whole batch.</summary>
public sealed class BatchFuzzTests
{
    private const int Inputs = 400_000;
    private const int CrcOffset = 60;

    [Fact]
    public void Random_bytes_are_refused()
    {
        var random = new Random(1);
        var refused = 0;
        for (var i = 0; i < Inputs; i++)
        {
            var bytes = new byte[random.Next(120)];
            random.NextBytes(bytes);
            if (i % 2 == 0) Plausible(bytes);
            if (!Batch.TryDecode(bytes, out _)) refused++;
        }

        Assert.Equal(Inputs, refused);
    }

    [Fact]
    public void A_batch_with_any_change_is_refused()
    {
        var random = new Random(2);
        int refused = 0, unchanged = 0;
        for (var i = 0; i < Inputs; i++)
        {
            var original = Some(random).Encoded;
            var changed = Mutation.Of(random, original.Span);
            if (changed.AsSpan().SequenceEqual(original.Span)) unchanged++;
            else if (!Batch.TryDecode(changed, out _)) refused++;
        }

        Assert.Equal(Inputs - unchanged, refused);
        Assert.True(unchanged < Inputs / 10, $"{unchanged} inputs were not changed at all.");
    }

    [Fact]
    public void What_passes_the_CRC_with_wrong_numbers_is_refused_or_a_whole_batch()
    {
        var random = new Random(3);
        int taken = 0, refused = 0;
        for (var i = 0; i < Inputs; i++)
        {
            var changed = Mutation.Of(random, Some(random).Encoded.Span);
            if (changed.Length < Batch.HeaderBytes) continue;
            var crc = Crc32C.Append(Crc32C.Append(Crc32C.Seed, changed.AsSpan(0, CrcOffset)), changed.AsSpan(Batch.HeaderBytes)) ^ Crc32C.Seed;
            BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(CrcOffset), crc);
            if (!Batch.TryDecode(changed, out var batch))
            {
                refused++;
                continue;
            }

            taken++;
            Assert.True(batch.Index.Value >= 1 && batch.Term.Value >= 1 && batch.PreviousTerm <= batch.Term && batch.FirstEntry.Value >= 0);
            Assert.True(batch.Time >= LogTime.Zero && batch.Time <= LogTime.Max);
            Assert.Equal(batch.Count == 0 && batch.Kind != BatchKind.NoOp, batch.Kind is BatchKind.Members or BatchKind.Sessions);
            long bytes = Batch.HeaderBytes + batch.Metadata.Length;
            var count = 0;
            foreach (var body in batch.Bodies)
            {
                count++;
                bytes += Batch.EntryOverheadBytes + body.Length;
            }

            Assert.Equal(batch.Count, count);
            Assert.Equal(batch.Encoded.Length, bytes);
        }

        Assert.True(taken > 1_000 && refused > 1_000, $"{taken} taken, {refused} refused.");
    }

    private static Batch Some(Random random)
    {
        var previous = new Tail(
            new LogIndex(random.Next(1_000)), new Term(random.Next(5)), new EntryIndex(random.Next(5_000)), new LogTime(random.Next(900)));
        var term = new Term(previous.Term.Value + random.Next(1, 3));
        var time = new LogTime(random.Next(1_000));
        if (random.Next(5) == 0) return Batch.Control(BatchKind.NoOp, previous, term, time);
        var metadata = new byte[random.Next(24)];
        random.NextBytes(metadata);
        if (random.Next(5) == 0 && metadata.Length > 0) return Batch.Control((BatchKind)random.Next(3, 5), previous, term, time, metadata);
        var bodies = new ReadOnlyMemory<byte>[random.Next(1, 4)];
        for (var i = 0; i < bodies.Length; i++)
        {
            var body = new byte[random.Next(20)];
            random.NextBytes(body);
            bodies[i] = body;
        }

        return Batch.Entries(previous, term, bodies, time, metadata);
    }

    /// <summary>Magic, version and a length that fits, so that the check goes as deep as it can.</summary>
    private static void Plausible(byte[] bytes)
    {
        if (bytes.Length < Batch.HeaderBytes) return;
        "DLB"u8.CopyTo(bytes);
        bytes[3] = (byte)(0x20 | (bytes[3] & 3));
        var metadataBytes = bytes[4] % (bytes.Length - Batch.HeaderBytes + 1);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(48), bytes.Length - Batch.HeaderBytes - metadataBytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(52), metadataBytes);
    }
}
