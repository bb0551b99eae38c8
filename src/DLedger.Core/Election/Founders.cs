namespace DLedger.Core;

/// <summary>
/// The list of members that this folder was founded with, and what it takes to exchange it for another (--accept-new-peers).
/// </summary>
/// <remarks>
/// Quorums of two different lists need not meet: members without data that were started with a longer list could outvote the one that has all of it,
/// and cut its log. So whoever is started with another list than its own takes no part, and whoever shows another list counts for nothing. A list is
/// exchanged when that is asked for on every member that stays, and when
/// <list type="bullet">
/// <item>those who leave are no quorum of the old list: then whatever was committed is on one of those who stay;</item>
/// <item>the logs of all who stay end at the same batch: then each of them has all that was committed;</item>
/// <item>the logs of those who come are empty: two groups with data never become one.</item>
/// </list>
/// Where these logs end is the floor of the new list: nobody votes for a candidate with less, so that newcomers, though a quorum, cannot elect one of
/// themselves. Nothing that was confirmed under the old list counts in the new one: all must meet again before anybody votes.
/// </remarks>
internal sealed class Founders(ElectionTurn turn, TermState termState, PeerTable peers, ElectionSettings settings, HardState loaded)
{
    /// <summary>
    /// Where the log ended that came along when the list was last exchanged, here or, as we heard, on another member; only grows. It is on disk
    /// (<see cref="HardState.Floor"/>) before we speak of it.
    /// </summary>
    private LogPoint _floor = loaded.Floor;

    /// <summary>Why the list has not been exchanged yet, as seen when we last tried; null before that, and when nothing stands against it.</summary>
    private string? _obstacle;

    /// <summary>Today's members are those that this folder was founded with.</summary>
    public bool Fit => termState.Saved.Founders is { } founders && founders.SequenceEqual(peers.Ids);

    public bool AreToBeExchanged => settings.AcceptsNewPeers && !Fit;

    /// <summary>What stands against this list, or against those of others; null when nothing does.</summary>
    public string? Problem
    {
        get
        {
            if (termState.Saved.Founders is not { } founders) return null;
            if (!Fit)
            {
                var both = $"this member's data is of a group of {Shown(founders)}, but its peers are {Shown(peers.Ids)}";
                return AreToBeExchanged
                    ? $"{both}; it is to accept these and waits: {_obstacle ?? "its log is being looked at"}"
                    : $"{both}: it neither votes nor follows; put peers back, or start every member with --accept-new-peers"
                        + " (docs/operations.md, Changing members)";
            }

            var foreign = peers.All.Where(peer => peer.Greeting is not null && !AreOf(peer)).ToArray();
            return foreign.Length == 0
                ? null
                : $"{string.Join("; ", foreign.Select(peer => $"the data of {peer.Id} is of a group of {Shown(peer.Greeting!.Founders)}"))}, "
                    + $"this member's of {Shown(peers.Ids)}: they don't count for each other until "
                    + "peers are put back, or every member is started with --accept-new-peers (docs/operations.md, Changing members)";
        }
    }

    /// <summary>The peer was founded with today's members too.</summary>
    public bool AreOf(PeerView peer) => peer.Greeting is { } greeting && greeting.Founders.SequenceEqual(peers.Ids);

    /// <summary>
    /// A new folder is founded with today's members. One that has been in use since before there were such lists belongs to whom it knows, and to
    /// itself alone if it knows nobody: never to whoever happens to stand in its settings today.
    /// </summary>
    public HardState Found() => termState.Saved with
    {
        Founders = termState.Saved.IsNew
            ? peers.Ids
            : [.. termState.Saved.Peers.Select(known => known.Id).Append(settings.Self).Order(StringComparer.Ordinal)],
    };

    /// <summary>What is to be on disk. Whom we know by another list than our own is not for the disk.</summary>
    public HardState StateOf(Term term, string? votedFor)
    {
        var state = termState.Saved with { Term = term, VotedFor = votedFor };
        return Fit ? state with { Peers = peers.Known(), Floor = _floor } : state;
    }

    /// <summary>Another member knows of a floor.</summary>
    public void Raise(LogPoint floor)
    {
        if (floor.IsAtLeastAsUpToDateAs(_floor)) _floor = floor;
    }

    /// <summary>
    /// Who leads after the members were exchanged has what they who stayed had: else newcomers with empty logs could elect one of themselves.
    /// </summary>
    public bool HasWhatCameAlong(LogPoint last) => last.IsAtLeastAsUpToDateAs(_floor);

    /// <summary>Exchanges the list once nothing stands against it.</summary>
    public void ConsiderExchange()
    {
        if (!AreToBeExchanged || termState.IsSaving || termState.Saved.Founders is not { } founders || !termState.IsFenced) return;
        _obstacle = ObstacleTo(founders);
        if (_obstacle is not null) return;
        turn.Emit(new ElectionEffect.Note($"Members were {Shown(founders)} and are {Shown(peers.Ids)} from now on"));
        foreach (var peer in peers.All) peer.ConfirmedUs = false;
        Raise(termState.Tail);
        termState.Save(termState.Saved with { Peers = peers.Known(), Founders = peers.Ids, Floor = _floor });
    }

    private string? ObstacleTo(IReadOnlyList<string> founders)
    {
        // Never complete and without a batch: nothing was promised by this list.
        if (termState.Tail == LogPoint.Origin && termState.Saved.Peers.Count(known => known.ConfirmedUs) < founders.Count - 1) return null;
        var leaving = founders.Except(peers.Ids).ToArray();
        if (Membership.Of(founders).HasQuorum(member => leaving.Contains(member.Id)))
            return $"{string.Join(", ", leaving)} leave at once and may have committed what nobody else has: change fewer members at a time";
        foreach (var peer in peers.All)
            if (ObstacleIn(peer, founders) is { } obstacle) return obstacle;
        return null;
    }

    private string? ObstacleIn(PeerView peer, IReadOnlyList<string> founders)
    {
        // What it said some time ago may be over: it may have been started with the old list since.
        var isOld = turn.Since(peer.Greeted) > settings.ElectionTimeoutMax * 2;
        if (peer.Greeting is not { } greeting || isOld) return $"{peer.Id} has not answered yet";
        return founders.Contains(peer.Id) ? ObstacleInStaying(peer, greeting, founders) : ObstacleInNew(peer, greeting);
    }

    private string? ObstacleInStaying(PeerView peer, Greeting greeting, IReadOnlyList<string> founders)
    {
        if (peer.IsWiped) return $"{peer.Id} came back with another data folder: give it a new id";
        if (!AreOf(peer))
        {
            if (!greeting.Founders.SequenceEqual(founders)) return $"{peer.Id} was founded with {Shown(greeting.Founders)}";
            if (!greeting.Accepts.SequenceEqual(peers.Ids)) return $"{peer.Id} is not started with the same peers and --accept-new-peers";
        }

        if (greeting.Tail == termState.Tail) return null;
        return $"the log of {peer.Id} ends at {greeting.Tail}, this one at {termState.Tail}: "
            + "start the members with the old peers until they have the same";
    }

    private string? ObstacleInNew(PeerView peer, Greeting greeting)
    {
        if (!AreOf(peer)) return $"{peer.Id} was founded with {Shown(greeting.Founders)}";
        return greeting.Tail == LogPoint.Origin ? null : $"{peer.Id} has a log already: a new member starts with an empty folder";
    }

    private static string Shown(IReadOnlyList<string> ids) => string.Join(", ", ids);
}
