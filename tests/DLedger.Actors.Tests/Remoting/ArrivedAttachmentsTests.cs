using DLedger.Remoting;
using Xunit;

namespace DLedger.Actors.Tests.Remoting;

public sealed class ArrivedAttachmentsTests
{
    private readonly ArrivedAttachments _arrived = new();

    [Fact]
    public void Attachments_whose_messages_never_come_make_way_for_others()
    {
        var lane = _arrived.Open();
        var ids = Ids(200);
        foreach (var id in ids) lane.Put(id, new byte[1 << 20]);
        Assert.False(_arrived.TryTake(ids[0], out _));
        Assert.True(_arrived.TryTake(ids[^1], out _));
        Assert.Equal(63, ids.Count(id => _arrived.TryTake(id, out _)));
        Assert.Equal(0, _arrived.Bytes);
    }

    [Fact]
    public void An_attachment_above_64_MiB_does_not_evict_itself()
    {
        // With durability = memory an entry may be so large; it never got to a follower.
        var lane = _arrived.Open();
        var ids = Ids(2);
        foreach (var id in ids)
        {
            lane.Put(id, new byte[65 << 20]);
            Assert.True(_arrived.TryTake(id, out var bytes));
            Assert.Equal(65 << 20, bytes.Length);
        }
    }

    [Fact]
    public void What_one_connection_leaves_lying_about_evicts_nothing_of_another()
    {
        var member = _arrived.Open();
        var stranger = _arrived.Open();
        var ids = Ids(500);
        member.Put(ids[0], new byte[1 << 20]);
        foreach (var id in ids[1..]) stranger.Put(id, new byte[1 << 20]);
        Assert.True(_arrived.TryTake(ids[0], out _));
        Assert.InRange(_arrived.Bytes, 1, 64 << 20);
        stranger.Dispose();
        Assert.Equal(0, _arrived.Bytes);
    }

    private static Guid[] Ids(int count) => [.. Enumerable.Range(0, count).Select(i => new Guid(i, 0, 0, new byte[8]))];
}
