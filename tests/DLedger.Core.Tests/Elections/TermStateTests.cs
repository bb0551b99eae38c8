using Xunit;

namespace DLedger.Core.Tests.Elections;

/// <summary>The way of a term to the disk and to the log, by itself.</summary>
public sealed class TermStateTests
{
    private static readonly Term Four = new(4);
    private static readonly Term Five = new(5);
    private static readonly Term Six = new(6);
    private static readonly Membership OfThree = ElectionBench.MembersOf("abc");
    private static readonly Membership OfFive = ElectionBench.MembersOf("abcde");

    private readonly ElectionTurn _turn = new(TimeSpan.Zero);
    private readonly TermState _termState;

    public TermStateTests() => _termState = new TermState(_turn, ElectionBench.OnDisk(4), OfThree);

    [Fact]
    public void Safety_01_what_is_being_saved_is_not_spoken_of_before_it_is_on_disk()
    {
        _termState.Save(_termState.Saved with { Term = Five });
        Assert.Equal((Four, true), (_termState.Term, _termState.IsSaving));
        Assert.Equal(Four, _termState.SaveCompleted().Term);
        Assert.Equal((Five, false), (_termState.Term, _termState.IsSaving));
    }

    [Fact]
    public void Safety_01_there_is_one_save_at_a_time_and_it_never_goes_back()
    {
        _termState.Save(_termState.Saved with { Term = new Term(3) });
        Assert.Throws<InvariantBrokenException>(() => _termState.Save(_termState.Saved));
        Assert.Throws<InvariantBrokenException>(() => _termState.SaveCompleted());
    }

    [Fact]
    public void The_highest_term_is_wanted_and_only_who_wanted_it_first_has_it_for_itself()
    {
        Assert.False(_termState.IsLeavingTerm);
        _termState.Want(Five, forSelf: true);
        _termState.Want(Five, forSelf: false);
        Assert.Equal((Five, true), _termState.Next);
        _termState.Want(Six, forSelf: false);
        _termState.Want(Five, forSelf: true);
        Assert.Equal((Six, false), _termState.Next);
        Assert.True(_termState.IsLeavingTerm);
    }

    [Fact]
    public void Safety_02_a_term_is_fenced_by_an_answer_in_that_term_and_asked_for_once()
    {
        Assert.False(_termState.IsFenceAsked || _termState.IsFenced || _termState.HasMetTheLog);
        _termState.AskFence();
        _termState.AskFence();
        Assert.Equal([new ElectionEffect.Fence(Four)], _turn.TakeEffects());
        Assert.True(_termState.TryFence(Four, ElectionBench.DefaultTail, OfFive));
        Assert.True(_termState.IsFenced && _termState.HasMetTheLog);
        Assert.Equal((ElectionBench.DefaultTail, OfFive), (_termState.Tail, _termState.Members));
    }

    [Fact]
    public void Safety_02_the_answer_to_a_fence_that_was_overtaken_changes_nothing()
    {
        _termState.AskFence();
        _termState.Save(_termState.Saved with { Term = Five });
        _termState.SaveCompleted();
        Assert.False(_termState.TryFence(Four, ElectionBench.DefaultTail, OfFive));
        Assert.False(_termState.IsFenceAsked || _termState.IsFenced);
        Assert.Equal((LogPoint.Origin, OfThree), (_termState.Tail, _termState.Members));
    }

    [Fact]
    public void A_save_for_any_reason_takes_along_what_has_changed_of_the_peers()
    {
        _termState.PeersChanged();
        Assert.True(_termState.OwesSave);
        _termState.Save(_termState.Saved with { Term = Five });
        Assert.False(_termState.OwesSave);
        _termState.PeersChanged();
        Assert.False(_termState.OwesSave);
        _termState.SaveCompleted();
        Assert.True(_termState.OwesSave);
    }
}
