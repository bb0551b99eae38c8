namespace DLedger.Core;

/// <summary>By which store id each member counts, and whether all know all by the same (SAFETY 7).</summary>
/// <remarks>
/// What is known of a peer comes only from an answer to a question of ours that was sent to where the peer is configured and that shows the
/// question's nonce: a Hello by itself makes us ask, and no more. A member is *founded* once every other one has said that it knows everybody by the
/// very store ids that we know; only then it votes. So, when anybody ever voted, all members had the same list on disk, and there is one such list
/// only: a member's list changes only while it is not founded, its questions get new nonces then, and what was confirmed before counts no more. That
/// is also why a folder that is replaced before the group was founded costs nothing, and is simply known anew: nobody has promised anything yet. Who
/// missed the founding learns of it from any founded member, and takes that one's list.
/// </remarks>
internal sealed class PeerTrust(
    ElectionTurn turn, TermState termState, PeerTable peers, Founders founders, Greetings greetings, ElectionSettings settings)
{
    /// <summary>What counts of somebody is not what was told last.</summary>
    private bool _standingsChanged;

    /// <summary>Who is missing before this member may vote; null when nobody is.</summary>
    public string? Problem
    {
        get
        {
            var others = peers.All.Where(peer => peer.OtherProtocol is not null).Select(peer => DifferenceTo(peer.Id, peer.OtherProtocol!.Value))
                .ToArray();
            if (others.Length > 0)
                return $"{string.Join("; ", others)}: they don't count for each other; run one version of DLedger on all members";
            var refusing = peers.All.Where(peer => peer.RefusesUs).Select(peer => peer.Id).ToArray();
            if (refusing.Length > 0)
            {
                return $"{string.Join(", ", refusing)} knew this member by another data folder; "
                    + "it is brought up to date but does not vote until it is readmitted";
            }

            var missing = peers.All.Where(peer => !peer.ConfirmedUs).Select(peer => peer.Id).ToArray();
            return missing.Length == 0 ? null : $"the first start of a group needs every member once; not met yet: {string.Join(", ", missing)}";
        }
    }

    private MemberLife Self => new(settings.Self, settings.StoreId);

    /// <summary>Whether a message of this store of this peer counts.</summary>
    public bool IsTrusted(string peer, Guid store) => peers.Find(peer) is { } view && StandingOf(view).Counts(store);

    /// <summary>A member says of itself what <paramref name="greeting"/> holds, in answer to our question.</summary>
    public void Answered(PeerView peer, Guid store, Greeting greeting)
    {
        peer.LastHeard = peer.Greeted = turn.Now;
        peer.OtherProtocol = null;
        peer.NewsDue = false;
        if (peer.Current != store || peer.Greeting is null || !SaysTheSame(peer.Greeting, greeting)) _standingsChanged = true;
        var wasWiped = peer.IsWiped;
        peer.Current = store;
        peer.Greeting = greeting;
        Learn(peer, store, isNews: !wasWiped);
        if (!founders.Fit || !founders.AreOf(peer) || peer.Store != store) return;
        if (greeting.IsFounded && !peers.IsFounded) FollowFounded(peer, greeting);
        else Confirm(peer, greeting);
    }

    /// <summary>It has answered our question with a version of the protocol that we don't speak.</summary>
    public void Refused(PeerView peer, int protocol)
    {
        peer.LastHeard = turn.Now;
        if (peer.OtherProtocol == protocol) return;
        Note(DifferenceTo(peer.Id, protocol));
        peer.OtherProtocol = protocol;
        peer.Greeting = null;
        _standingsChanged = true;
        TellStandings();
    }

    /// <summary>What was confirmed so far was another list.</summary>
    public void KnownAnew()
    {
        Changed();
        foreach (var peer in peers.All)
        {
            peer.ConfirmedUs = false;
            greetings.AskAnew(peer);
        }
    }

    /// <summary>Tells what counts of the peers, if that has changed.</summary>
    public void TellStandings()
    {
        if (!_standingsChanged) return;
        _standingsChanged = false;
        turn.Emit(new ElectionEffect.Standings(peers.All.ToDictionary(peer => peer.Id, StandingOf)));
    }

    private void Learn(PeerView peer, Guid store, bool isNews)
    {
        if (peer.Store == store) return;
        if (peer.Store is null)
        {
            Know(peer, store);
        }
        else if (!peers.IsFounded && (founders.Fit || !termState.Saved.Founders!.Contains(peer.Id)))
        {
            // SAFETY 7: nobody has voted by this list yet, or we would be told by those who did: a new folder takes the place of the one that it was.
            Note($"{peer.Id} came with another data folder before the group was founded: it is known by this one from now on");
            Know(peer, store);
        }
        else if (isNews)
        {
            Note($"{peer.Id} came back with another data folder: it is brought up to date but not counted");
        }
    }

    private void Know(PeerView peer, Guid store)
    {
        peer.Store = store;
        KnownAnew();
    }

    private void Confirm(PeerView peer, Greeting greeting)
    {
        // SAFETY 7, 42: the whole list, not only our own place in it.
        if (greeting.Known.Count != peers.Ids.Length || !greeting.Known.SequenceEqual(peers.Lives()))
        {
            if (greeting.IsFounded) peer.RefusesUs = !greeting.Known.Contains(Self);
            return;
        }

        peer.RefusesUs = false;
        if (peer.ConfirmedUs) return;
        peer.ConfirmedUs = true;
        founders.Raise(greeting.Floor);
        termState.PeersChanged();
    }

    /// <summary>
    /// That member has heard from all that they have this list, with us in it: we are founded, too, and whom we have met since counts for nothing.
    /// </summary>
    private void FollowFounded(PeerView founded, Greeting greeting)
    {
        var lives = greeting.Known;
        if (!lives.Select(life => life.Id).SequenceEqual(peers.Ids)) return;
        founded.RefusesUs = !lives.Contains(Self);
        if (founded.RefusesUs) return;
        founders.Raise(greeting.Floor);
        foreach (var life in lives)
        {
            if (peers.Find(life.Id) is not { } peer) continue;
            peer.Store = life.StoreId;
            peer.ConfirmedUs = true;
            peer.RefusesUs = false;
        }

        Changed();
    }

    private void Changed()
    {
        termState.PeersChanged();
        _standingsChanged = true;
    }

    private PeerStanding StandingOf(PeerView peer) => new(
        peer.Store,
        peer.Current,
        founders.Fit && founders.AreOf(peer),
        peer.Greeting?.MaxEntryBytes ?? 0,
        peer.Greeting?.BatchBytesMax ?? 0);

    private static bool SaysTheSame(Greeting one, Greeting other) =>
        one.Founders.SequenceEqual(other.Founders) && one.MaxEntryBytes == other.MaxEntryBytes && one.BatchBytesMax == other.BatchBytesMax;

    private string DifferenceTo(string id, int protocol) =>
        $"{id} speaks version {protocol} of the protocol, this member version {settings.Protocol}";

    private void Note(string text) => turn.Emit(new ElectionEffect.Note(text));
}
