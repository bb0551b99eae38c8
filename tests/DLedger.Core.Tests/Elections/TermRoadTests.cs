using Xunit;

namespace DLedger.Core.Tests.Elections;

/// <summary>The way of a term to the disk and to the log, by itself.</summary>
public sealed class TermRoadTests
{
    private static readonly Term Four = new(4);
    private static readonly Term Five = new(5);
    private static readonly Term Six = new(6);
    private static readonly Membership OfThree = ElectionBench.MembersOf("abc");
    private static readonly Membership OfFive = ElectionBench.MembersOf("abcde");

    private readonly ElectionTurn _turn = new(TimeSpan.Zero);
    private readonly TermRoad _road;

    public TermRoadTests() => _road = new TermRoad(_turn, ElectionBench.OnDisk(4), OfThree);

    [Fact]
    public void Safety_01_what_is_being_saved_is_not_spoken_of_before_it_is_on_disk()
    {
        _road.Save(_road.Saved with { Term = Five });
        Assert.Equal((Four, true), (_road.Term, _road.IsSaving));
        Assert.Equal(Four, _road.SaveCompleted().Term);
        Assert.Equal((Five, false), (_road.Term, _road.IsSaving));
    }

    [Fact]
    public void Safety_01_there_is_one_save_at_a_time_and_it_never_goes_back()
    {
        _road.Save(_road.Saved with { Term = new Term(3) });
        Assert.Throws<InvariantBrokenException>(() => _road.Save(_road.Saved));
        Assert.Throws<InvariantBrokenException>(() => _road.SaveCompleted());
    }

    [Fact]
    public void The_highest_term_is_wanted_and_only_who_wanted_it_first_has_it_for_itself()
    {
        Assert.False(_road.IsLeavingTerm);
        _road.Want(Five, forSelf: true);
        _road.Want(Five, forSelf: false);
        Assert.Equal((Five, true), _road.Next);
        _road.Want(Six, forSelf: false);
        _road.Want(Five, forSelf: true);
        Assert.Equal((Six, false), _road.Next);
        Assert.True(_road.IsLeavingTerm);
    }

    [Fact]
    public void Safety_02_a_term_is_fenced_by_an_answer_in_that_term_and_asked_for_once()
    {
        Assert.False(_road.IsFenceAsked || _road.IsFenced || _road.HasMetTheLog);
        _road.AskFence();
        _road.AskFence();
        Assert.Equal([new ElectionEffect.Fence(Four)], _turn.TakeEffects());
        Assert.True(_road.TryFence(Four, ElectionBench.DefaultTail, OfFive));
        Assert.True(_road.IsFenced && _road.HasMetTheLog);
        Assert.Equal((ElectionBench.DefaultTail, OfFive), (_road.Tail, _road.Members));
    }

    [Fact]
    public void Safety_02_the_answer_to_a_fence_that_was_overtaken_changes_nothing()
    {
        _road.AskFence();
        _road.Save(_road.Saved with { Term = Five });
        _road.SaveCompleted();
        Assert.False(_road.TryFence(Four, ElectionBench.DefaultTail, OfFive));
        Assert.False(_road.IsFenceAsked || _road.IsFenced);
        Assert.Equal((LogPoint.Origin, OfThree), (_road.Tail, _road.Members));
    }

    [Fact]
    public void A_save_for_any_reason_takes_along_what_has_changed_of_the_peers()
    {
        _road.PeersChanged();
        Assert.True(_road.OwesSave);
        _road.Save(_road.Saved with { Term = Five });
        Assert.False(_road.OwesSave);
        _road.PeersChanged();
        Assert.False(_road.OwesSave);
        _road.SaveCompleted();
        Assert.True(_road.OwesSave);
    }
}
