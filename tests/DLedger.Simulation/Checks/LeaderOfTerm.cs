using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>Raft 5.2, election safety: at most one leader in a term.</summary>
internal sealed class LeaderOfTerm
{
    private readonly Dictionary<Term, string> _leaders = [];
    private Term _highest;

    public int Count => _leaders.Count;

    /// <summary>Of the highest term seen.</summary>
    public string? Latest => _leaders.GetValueOrDefault(_highest);

    /// <summary>Null when nobody is known to have won it.</summary>
    public string? Of(Term term) => _leaders.GetValueOrDefault(term);

    /// <summary>A node says what only a leader says. True if it is the first time in this term.</summary>
    public bool Speaks(string node, Term term)
    {
        if (_leaders.TryGetValue(term, out var known))
        {
            Invariant.Holds(known == node, $"Two leaders in term {term}: {known} and {node}.");
            return false;
        }

        _leaders.Add(term, node);
        if (term > _highest) _highest = term;
        return true;
    }
}
