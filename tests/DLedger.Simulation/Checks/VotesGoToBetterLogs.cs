using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>
/// Raft 5.4.1: a vote goes only to a candidate whose log is at least as up to date. From the fence of the term on nothing older gets into the voter's
/// log (SAFETY 2), so this holds when the vote is judged and still when it is said.
/// </summary>
internal sealed class VotesGoToBetterLogs
{
    private readonly Dictionary<(string Candidate, Term Term), LogPoint> _asked = [];

    public void Asked(string candidate, Term term, LogPoint last) => _asked[(candidate, term)] = last;

    /// <summary>Somebody asks in the candidate's name, with what log it likes, and maybe with several: a vote may be for the best of them.</summary>
    public void AskedFalsely(string candidate, Term term, LogPoint last)
    {
        if (!_asked.TryGetValue((candidate, term), out var known) || last.IsAtLeastAsUpToDateAs(known)) Asked(candidate, term, last);
    }

    public void Granting(string voter, string candidate, Term term, LogPoint tail)
    {
        // What the candidate itself has pushed since as leader, or a later one.
        if (tail.Term >= term) return;
        Invariant.Holds(
            _asked.TryGetValue((candidate, term), out var last), $"A vote that nobody asked for: {voter} grants {candidate} in term {term}.");
        Invariant.Holds(
            last.IsAtLeastAsUpToDateAs(tail),
            $"A vote for a log that is behind: {voter}, whose log ends at {tail}, grants {candidate} with {last} in term {term}.");
    }
}
