using Akka.Actor;
using DLedger.Core;
using DLedger.Node;
using Xunit;

namespace DLedger.Actors.Tests.Node;

public sealed class ControlFirstMailboxTests
{
    [Fact]
    public void Safety_30_a_fence_does_not_wait_behind_a_backlog_of_appends()
    {
        var queue = new ControlFirstMessageQueue();
        for (var i = 0; i < 1000; i++) queue.Enqueue(ActorRefs.Nobody, new Envelope(new Append(new byte[1]), ActorRefs.NoSender));
        queue.Enqueue(ActorRefs.Nobody, new Envelope(new Fence(new Term(7)), ActorRefs.NoSender));
        queue.Enqueue(ActorRefs.Nobody, new Envelope(new Follow(new Term(7), "n1"), ActorRefs.NoSender));

        Assert.Equal(1002, queue.Count);
        Assert.Equal(new Fence(new Term(7)), Next(queue));
        Assert.Equal(new Follow(new Term(7), "n1"), Next(queue));
        Assert.IsType<Append>(Next(queue));
    }

    private static object Next(ControlFirstMessageQueue queue)
    {
        Assert.True(queue.TryDequeue(out var envelope));
        return envelope.Message;
    }
}
