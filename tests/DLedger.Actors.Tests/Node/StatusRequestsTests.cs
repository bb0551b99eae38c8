using Akka.Actor;
using DLedger.Node;
using Xunit;

namespace DLedger.Actors.Tests.Node;

public sealed class StatusRequestsTests
{
    private static readonly Caller Asker = new(ActorRefs.Nobody, 7);

    private readonly StatusRequests _askers = new();

    [Fact]
    public void Thousands_of_questions_share_one_collection_and_those_that_come_meanwhile_the_next()
    {
        Assert.True(_askers.TryAdd(Asker));
        Assert.True(_askers.TryStart());
        for (var i = 0; i < 5_000; i++)
        {
            Assert.True(_askers.TryAdd(Asker));
            Assert.False(_askers.TryStart());
        }

        Assert.Single(_askers.Collected());
        Assert.True(_askers.TryStart());
        Assert.Equal(5_000, _askers.Collected().Count);
        Assert.False(_askers.TryStart());
    }

    [Fact]
    public void Not_more_wait_than_can_be_answered_and_all_are_answered_at_the_end()
    {
        _askers.TryAdd(Asker);
        _askers.TryStart();
        var taken = 0;
        while (_askers.TryAdd(Asker)) taken++;
        Assert.Equal(10_000, taken);
        Assert.Equal(10_001, _askers.TakeAll().Count);
        Assert.Empty(_askers.Collected());
        Assert.True(_askers.TryAdd(Asker));
        Assert.True(_askers.TryStart());
    }
}
