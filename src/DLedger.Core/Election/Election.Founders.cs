namespace DLedger.Core;

/// <content>
/// The list of members that this folder was founded with, and what it takes to exchange it for another.
/// </content>
/// <remarks>
/// Quorums of two different lists need not meet: members without data that were started with a longer list could outvote the one that has all of it, and cut its log. So whoever is started with
/// another list than its own takes no part, and whoever shows another list counts for nothing. A list is exchanged when that is asked for on every member that stays, and when
/// <list type="bullet">
/// <item>those who leave are no quorum of the old list: then whatever was committed is on one of those who stay;</item>
/// <item>the logs of all who stay end at the same batch: then each of them has all that was committed;</item>
/// <item>the logs of those who come are empty: two groups with data never become one.</item>
/// </list>
/// Where these logs end is the floor of the new list: nobody votes for a candidate with less, so that newcomers, though a quorum, cannot elect one of themselves. Nothing that was confirmed under
/// the old list counts in the new one: all must meet again before anybody votes.
/// </remarks>
public sealed partial class Election
{
    private LogPoint _floor;
    private string? _obstacle;

    /// <summary>Today's members are those that this folder was founded with.</summary>
    private bool ListFits => _saved.Founders is { } founders && founders.SequenceEqual(Ids());

    private bool AcceptsNewPeers => _settings.AcceptsNewPeers && !ListFits;

    private string[] Ids() => _ids;

    private bool IsOfOurList(PeerView peer) => peer.Greeting is { } greeting && greeting.Founders.SequenceEqual(Ids());

    /// <summary>
    /// A new folder is founded with today's members. One that has been in use since before there were such lists belongs to whom it knows, and to itself alone if it knows nobody: never to
    /// whoever happens to stand in its settings today.
    /// </summary>
    private IReadOnlyList<string> FoundersOf(HardState loaded) =>
        loaded.Founders ?? (loaded.IsNew ? Ids() : [.. loaded.Peers.Select(known => known.Id).Append(_settings.Self).Order(StringComparer.Ordinal)]);

    /// <summary>Exchanges the list once nothing stands against it.</summary>
    private void ConsiderNewPeers()
    {
        if (!AcceptsNewPeers || _saving is not null || _saved.Founders is not { } founders || _fencedTerm < Term) return;
        _obstacle = ObstacleTo(founders);
        if (_obstacle is not null) return;
        Emit(new ElectionEffect.Note($"Members were {Shown(founders)} and are {Shown(Ids())} from now on"));
        foreach (var peer in _peers.Values) peer.ConfirmedUs = false;
        if (_fencedTail.IsAtLeastAsUpToDateAs(_floor)) _floor = _fencedTail;
        Save(_saved with { Peers = KnownPeers(), Founders = Ids(), Floor = _floor });
    }

    private string? ObstacleTo(IReadOnlyList<string> founders)
    {
        // Never complete and without a batch: nothing was promised by this list.
        if (_fencedTail == LogPoint.Origin && _saved.Peers.Count(known => known.ConfirmedUs) < founders.Count - 1) return null;
        var leaving = founders.Except(Ids()).ToArray();
        if (leaving.Length >= Quorum.Of(founders.Count)) return $"{string.Join(", ", leaving)} leave at once and may have committed what nobody else has: change fewer members at a time";
        foreach (var peer in _peers.Values)
        {
            // What it said some time ago may be over: it may have been started with the old list since.
            if (peer.Greeting is not { } greeting || Since(peer.Greeted) > _settings.ElectionTimeoutMax * 2) return $"{peer.Id} has not answered yet";
            if (founders.Contains(peer.Id))
            {
                if (peer.IsWiped) return $"{peer.Id} came back with another data folder: give it a new id";
                var isDone = greeting.Founders.SequenceEqual(Ids());
                if (!isDone && !greeting.Founders.SequenceEqual(founders)) return $"{peer.Id} was founded with {Shown(greeting.Founders)}";
                if (!isDone && !greeting.Accepts.SequenceEqual(Ids())) return $"{peer.Id} is not started with the same peers and --accept-new-peers";
                if (greeting.Tail != _fencedTail) return $"the log of {peer.Id} ends at {greeting.Tail}, this one at {_fencedTail}: start the members with the old peers until they have the same";
            }
            else
            {
                if (!greeting.Founders.SequenceEqual(Ids())) return $"{peer.Id} was founded with {Shown(greeting.Founders)}";
                if (greeting.Tail != LogPoint.Origin) return $"{peer.Id} has a log already: a new member starts with an empty folder";
            }
        }

        return null;
    }

    private string? ListProblem()
    {
        if (_saved.Founders is not { } founders) return null;
        if (!ListFits)
        {
            var both = $"this member's data is of a group of {Shown(founders)}, but its peers are {Shown(Ids())}";
            return AcceptsNewPeers
                ? $"{both}; it is to accept these and waits: {_obstacle ?? "its log is being looked at"}"
                : $"{both}: it neither votes nor follows; put peers back, or start every member with --accept-new-peers (docs/operations.md, Changing members)";
        }

        var foreign = _peers.Values.Where(peer => peer.Greeting is not null && !IsOfOurList(peer)).ToArray();
        return foreign.Length == 0
            ? null
            : $"{string.Join("; ", foreign.Select(peer => $"the data of {peer.Id} is of a group of {Shown(peer.Greeting!.Founders)}"))}, this member's of {Shown(Ids())}: they don't count for each other until "
                + "peers are put back, or every member is started with --accept-new-peers (docs/operations.md, Changing members)";
    }

    private static string Shown(IReadOnlyList<string> ids) => string.Join(", ", ids);
}
