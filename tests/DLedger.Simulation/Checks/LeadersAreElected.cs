using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>
/// Raft 5.2: who leads was voted for by a quorum, itself included, whatever came twice. Votes are counted as they are given, not as they arrive.
/// </summary>
internal sealed class LeadersAreElected(SimCluster cluster)
{
    private readonly Dictionary<(string Candidate, Term Term), HashSet<string>> _votes = [];

    public void Granting(string voter, string candidate, Term term)
    {
        if (!_votes.TryGetValue((candidate, term), out var voters))
            _votes.Add((candidate, term), voters = new HashSet<string>(StringComparer.Ordinal));
        voters.Add(voter);
    }

    public void Leads(string node, Term term)
    {
        var votes = 1 + (_votes.TryGetValue((node, term), out var voters) ? voters.Count : 0);
        Invariant.Holds(
            votes > cluster.Members / 2, $"A leader that no quorum has elected: {node} leads term {term} with {votes} votes of {cluster.Members}.");
    }
}
