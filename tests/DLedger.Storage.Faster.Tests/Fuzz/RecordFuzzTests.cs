using System.Buffers.Binary;
using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests.Fuzz;

/// <summary>The records of the store with wrong bytes behind a right checksum: each is refused with a reason, or is a record; none throws.</summary>
public sealed class RecordFuzzTests
{
    private const int Inputs = 100_000;

    private static readonly LogBase SomeBase = new(
        new Tail(new LogIndex(9), new Term(2), new EntryIndex(40), new LogTime(7)), new byte[] { 1, 2, 3 });

    [Fact]
    public void An_identity_is_read_or_refused() =>
        ReadOrRefuse(new StoreIdentity("g", "n0", "blue", Guid.NewGuid(), new WalGeometry(1 << 16, 1 << 18)).Encode(), StoreIdentity.Read);

    [Fact]
    public void A_meta_of_the_log_is_read_or_refused() =>
        ReadOrRefuse(new WalMeta(3, 1, new GroupBase(SomeBase, 4096, 2, 9000), new LastOpening("boot", 10_000, 10_500)).Encode(), WalMeta.Read);

    [Fact]
    public void A_hard_state_is_read_or_refused()
    {
        KnownPeer[] peers = [new("n1", Guid.NewGuid(), true), new("n2", Guid.NewGuid(), false)];
        ReadOrRefuse(HardStateRecord.Encode(new HardState(new Term(4), "n1", peers, ["n0", "n1"], SomeBase.Point)), HardStateRecord.Read);
    }

    [Fact]
    public void A_checkpoint_is_read_or_none()
    {
        var points = new SparseIndex();
        points.Add(new IndexPoint(10, 40, 4096, 7));
        using var folder = new TestFolder();
        var checkpoint = new Checkpoint(
            new WalEnd(9000, 8000, 77), 3, [(0, 5)], new GroupBase(SomeBase, 4096, 2, 9000), SomeBase.Tail, PointDue: false, SomeBase,
            [new TermRun(new Term(2), new LogIndex(10), new LogIndex(11))], points);
        using (var file = folder.Files.Open("one", create: true)) checkpoint.WriteTo(file);
        var original = File.ReadAllBytes(folder.PathOf("one"));
        var random = new Random(33);
        int read = 0, refused = 0;
        for (var i = 0; i < Inputs; i++)
        {
            var changed = Mutation.Of(random, original);
            if (changed.Length < 16) continue;
            BinaryPrimitives.WriteInt64LittleEndian(changed.AsSpan(8), changed.Length - 16);
            BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(4), Crc32C.Of(changed.AsSpan(8)));
            if (Checkpoint.TryDecode(changed) is null) refused++;
            else read++;
        }

        Assert.True(read > 1_000 && refused > 1_000, $"{read} read, {refused} refused.");
    }

    private static void ReadOrRefuse<T>(byte[] original, RecordReading<T> read)
    {
        var random = new Random(32);
        int taken = 0, refused = 0;
        for (var i = 0; i < Inputs; i++)
        {
            var reader = new RecordReader(Mutation.Of(random, original));
            var record = read(ref reader);
            reader.End();
            Assert.NotNull(record);
            if (reader.Problem is null) taken++;
            else refused++;
        }

        Assert.True(taken > 1_000 && refused > 1_000, $"{taken} taken, {refused} refused.");
    }
}
