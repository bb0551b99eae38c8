using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>Raft 5.2, election safety: at most one leader in a term.</summary>
internal sealed class LeaderOfTerm
{
    private readonly SimCluster _cluster;
    private readonly Dictionary<Term, (string Node, long Incarnation)> _leaders = [];
    private Term _highest;

    public LeaderOfTerm(SimCluster cluster) => _cluster = cluster;

    public int Count => _leaders.Count;

    /// <summary>Of the highest term seen.</summary>
    public string? Latest => Of(_highest);

    /// <summary>Null when nobody is known to have won it.</summary>
    public string? Of(Term term) => _leaders.TryGetValue(term, out var leader) ? leader.Node : null;

    /// <summary>Whether its leader has not been restarted, nor heard of a later term: then its log only grows.</summary>
    public bool IsInForce(Term term) =>
        _leaders.TryGetValue(term, out var leader)
        && _cluster.Node(leader.Node).Incarnation == leader.Incarnation
        && _cluster.Disk(leader.Node).SavedState(LedgerCluster.Group).Term == term;

    /// <summary>A node says or does what only a leader does. True if it is the first time in this term.</summary>
    public bool Speaks(string node, Term term)
    {
        if (_leaders.TryGetValue(term, out var known))
        {
            Invariant.Holds(known.Node == node, $"Two leaders in term {term}: {known.Node} and {node}.");
            return false;
        }

        _leaders.Add(term, (node, _cluster.Node(node).Incarnation));
        if (term > _highest) _highest = term;
        return true;
    }
}
