using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>Terms never go back, votes never differ within a term, over restarts too; a vote is on disk before it is said.</summary>
internal sealed class VotesAndTerms
{
    private readonly Dictionary<(string Node, Guid Store, Term Term), string> _granted = [];

    public void Saving(string node, Guid store, HardState state, HardState saved)
    {
        Invariant.Holds(state.Term >= saved.Term, $"A term went back: {node} from {saved.Term} to {state.Term}.");
        if (!_granted.TryGetValue((node, store, state.Term), out var granted)) return;
        Invariant.Holds(
            state.VotedFor == granted,
            $"A vote changed: {node} has voted for {granted} in term {state.Term}, and saves a vote for {state.VotedFor ?? "nobody"}.");
    }

    public void Granting(string node, Guid store, Term term, string candidate, HardState saved)
    {
        Invariant.Holds(
            saved.Term > term || (saved.Term == term && saved.VotedFor == candidate),
            $"A vote that is not on disk: {node} grants {candidate} in term {term} with ({saved.Term}, {saved.VotedFor ?? "nobody"}) on its disk.");
        if (_granted.TryGetValue((node, store, term), out var before))
            Invariant.Holds(before == candidate, $"Two votes in a term: {node} votes for {before} and for {candidate} in term {term}.");
        else
            _granted.Add((node, store, term), candidate);
    }
}
