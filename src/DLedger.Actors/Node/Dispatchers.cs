using Akka.Actor;
using DLedger.Core;

namespace DLedger.Node;

/// <summary>
/// The dispatchers of one life of a group: one for each other member of the set, by its id. They come and go with the set, here and nowhere else.
/// </summary>
/// <param name="self">This member feeds itself.</param>
/// <param name="start">Starts one for a member, under a name with this number in it.</param>
/// <param name="stop">Its member has left.</param>
internal sealed class Dispatchers(string self, Func<string, long, IActorRef> start, Action<IActorRef> stop)
{
    private SortedDictionary<string, IActorRef> _byPeer = new(StringComparer.Ordinal);

    /// <summary>By the id of the member that each feeds; a copy that stays as it is.</summary>
    public IReadOnlyDictionary<string, IActorRef> ByPeer => _byPeer;

    /// <summary>Starts one for whoever is new in the set, and stops those whose member is not in it.</summary>
    /// <param name="number">Never given twice: a member that comes back is fed by another dispatcher, which needs another name.</param>
    public void MembersAre(Membership set, long number)
    {
        SortedDictionary<string, IActorRef> byPeer = new(StringComparer.Ordinal);
        foreach (var member in set.Members)
        {
            // Two lives of one id are reached at one place, and one dispatcher feeds whoever answers there.
            if (member.Id == self || byPeer.ContainsKey(member.Id)) continue;
            byPeer.Add(member.Id, _byPeer.TryGetValue(member.Id, out var there) ? there : start(member.Id, number));
        }

        var before = _byPeer;
        _byPeer = byPeer;
        foreach (var (id, dispatcher) in before)
            if (!byPeer.ContainsKey(id)) stop(dispatcher);
    }
}
