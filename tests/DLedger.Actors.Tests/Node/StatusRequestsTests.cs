using Akka.Actor;
using DLedger.Node;
using Xunit;

namespace DLedger.Actors.Tests.Node;

public sealed class StatusRequestsTests
{
    private static readonly Caller Asker = new(ActorRefs.Nobody, 7);

    private readonly StatusRequests _requests = new();

    [Fact]
    public void Thousands_of_questions_share_one_collection_and_those_that_come_meanwhile_the_next()
    {
        Assert.True(_requests.TryAdd(Asker));
        Assert.True(_requests.TryStart());
        for (var i = 0; i < 5_000; i++)
        {
            Assert.True(_requests.TryAdd(Asker));
            Assert.False(_requests.TryStart());
        }

        Assert.Single(_requests.Collected());
        Assert.True(_requests.TryStart());
        Assert.Equal(5_000, _requests.Collected().Count);
        Assert.False(_requests.TryStart());
    }

    [Fact]
    public void Not_more_wait_than_can_be_answered_and_all_are_answered_at_the_end()
    {
        _requests.TryAdd(Asker);
        _requests.TryStart();
        var taken = 0;
        while (_requests.TryAdd(Asker)) taken++;
        Assert.Equal(10_000, taken);
        Assert.Equal(10_001, _requests.TakeAll().Count);
        Assert.Empty(_requests.Collected());
        Assert.True(_requests.TryAdd(Asker));
        Assert.True(_requests.TryStart());
    }
}
