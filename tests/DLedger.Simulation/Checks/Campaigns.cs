using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>Who asked for votes in which term; no promise is checked here, only how disputed the elections of a run were.</summary>
internal sealed class Campaigns
{
    private readonly SortedDictionary<long, SortedSet<string>> _candidates = [];
    private readonly LeaderOfTerm _leaders;

    public Campaigns(LeaderOfTerm leaders) => _leaders = leaders;

    /// <summary>Terms in which two members campaigned, or nobody won.</summary>
    public int Disputed => _candidates.Count(term => term.Value.Count > 1 || _leaders.Of(new Term(term.Key)) is null);

    public void VotesAsked(string node, Term term)
    {
        if (!_candidates.TryGetValue(term.Value, out var candidates))
            _candidates.Add(term.Value, candidates = new SortedSet<string>(StringComparer.Ordinal));
        candidates.Add(node);
    }
}
