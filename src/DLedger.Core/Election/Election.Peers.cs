namespace DLedger.Core;

/// <content>
/// Who the other members are: the first store id of each, and whether all know all by the same (SAFETY 7).
/// </content>
/// <remarks>
/// What is known of a peer comes only from an answer to a question of ours that was sent to where the peer is configured and that shows the question's nonce: a Hello by itself makes us ask, and
/// no more. A member is *founded* once every other one has said that it knows everybody by the very store ids that we know; only then it votes. So, when anybody ever voted, all members had the
/// same list on disk, and there is one such list only: a member's list changes only while it is not founded, its questions get new nonces then, and what was confirmed before counts no more. That
/// is also why a folder that is replaced before the group was founded costs nothing, and is simply known anew: nobody has promised anything yet. Who missed the founding learns of it from any
/// founded member, and takes that one's list.
/// </remarks>
public sealed partial class Election
{
    private bool _standingsChanged;

    /// <summary>Whether a message of this store of this peer counts (SAFETY 7).</summary>
    public bool IsTrusted(string peer, Guid store) => _peers.TryGetValue(peer, out var view) && StandingOf(view).Counts(store);

    public bool IsReachable(string peer) => _peers.TryGetValue(peer, out var view) && Since(view.LastHeard) <= _settings.ElectionTimeoutMax * 2;

    public bool IsWiped(string peer) => _peers.TryGetValue(peer, out var view) && view.IsWiped;

    /// <summary>Every other member has confirmed our whole list.</summary>
    private bool IsFounded => _peers.Values.All(peer => peer.ConfirmedUs);

    /// <summary>Somebody in this member's name asks who we are. It may be anybody: all that it gets out of us is a question and an answer to where the member is.</summary>
    /// <param name="from">The member.</param>
    /// <param name="nonce">What an answer must show.</param>
    /// <param name="now">The time.</param>
    /// <param name="protocol">What it speaks.</param>
    public void HelloArrived(string from, long nonce, TimeSpan now, int protocol = ProtocolVersion.Current)
    {
        _now = now;
        if (!_peers.TryGetValue(from, out var peer)) return;
        if (protocol != _settings.Protocol)
        {
            // Whoever it is learns why it gets no other answer; and what the member itself has to say to this, we ask it.
            Emit(new ElectionEffect.SendHelloRefused(from, nonce, _settings.Protocol));
            AskAtOnce(peer);
            return;
        }

        // Another nonce than last time: it has started anew, or has learned something.
        if (peer.AskedUs != nonce)
        {
            peer.NewsDue = true;
            AskAtOnce(peer);
        }

        peer.AskedUs = nonce;
        peer.AnswerDue = true;
        AnswerHellos();
        Advance();
    }

    /// <summary>A message of a store that does not count: if there is something that we don't know of its sender, it is asked.</summary>
    public void StrangerHeard(string from, Guid store, TimeSpan now)
    {
        _now = now;
        if (_peers.TryGetValue(from, out var peer) && (peer.Greeting is null || peer.Current != store)) AskAtOnce(peer);
    }

    /// <summary>A member says that it speaks another version of the protocol. Neither counts for the other until both speak the same.</summary>
    public void HelloRefused(string from, long nonce, int protocol, TimeSpan now)
    {
        _now = now;
        if (!_peers.TryGetValue(from, out var peer) || nonce != peer.Nonce || protocol == _settings.Protocol) return;
        peer.LastHeard = now;
        if (peer.OtherProtocol == protocol) return;
        Emit(new ElectionEffect.Note(DifferenceTo(peer.Id, protocol)));
        peer.OtherProtocol = protocol;
        peer.Greeting = null;
        _standingsChanged = true;
        TellStandings();
    }

    /// <summary>A member says of itself what <paramref name="greeting"/> holds.</summary>
    public void HelloReplied(string from, Guid store, long nonce, Greeting greeting, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(greeting);
        _now = now;
        if (!_peers.TryGetValue(from, out var peer)) return;
        if (nonce != peer.Nonce)
        {
            if (!peer.EarlierNonces.Contains(nonce)) Emit(new ElectionEffect.Dropped($"an answer of {from} to a question that was never asked"));
            return;
        }

        peer.LastHeard = peer.Greeted = now;
        peer.OtherProtocol = null;
        peer.NewsDue = false;
        if (peer.Current != store || peer.Greeting is null || !SameLists(peer.Greeting, greeting)) _standingsChanged = true;
        var wasWiped = peer.IsWiped;
        peer.Current = store;
        peer.Greeting = greeting;
        Learn(peer, store, isNews: !wasWiped);
        if (ListFits && IsOfOurList(peer))
        {
            if (greeting.IsFounded && !IsFounded && peer.Store == store) FollowFounded(peer, greeting);
            else if (peer.Store == store) Confirm(peer, greeting);
        }

        ConsiderNewPeers();
        TellStandings();
        AnswerHellos();
        Advance();
    }

    private string? ProtocolProblem()
    {
        var others = _peers.Values.Where(peer => peer.OtherProtocol is not null).ToArray();
        return others.Length == 0
            ? null
            : $"{string.Join("; ", others.Select(peer => DifferenceTo(peer.Id, peer.OtherProtocol!.Value)))}: "
                + "they don't count for each other; run one version of DLedger on all members";
    }

    private string DifferenceTo(string id, int protocol) => $"{id} speaks version {protocol} of the protocol, this member version {_settings.Protocol}";

    private void Learn(PeerView peer, Guid store, bool isNews)
    {
        if (peer.Store == store) return;
        if (peer.Store is null)
        {
            Know(peer, store);
        }
        else if (!IsFounded && (ListFits || !_saved.Founders!.Contains(peer.Id)))
        {
            // SAFETY 7: nobody has voted by this list yet, or we would be told by those who did: a new folder takes the place of the one that it was.
            Emit(new ElectionEffect.Note($"{peer.Id} came with another data folder before the group was founded: it is known by this one from now on"));
            Know(peer, store);
        }
        else if (isNews)
        {
            Emit(new ElectionEffect.Note($"{peer.Id} came back with another data folder: it is brought up to date but not counted"));
        }
    }

    private void Know(PeerView peer, Guid store)
    {
        peer.Store = store;
        KnownAnew();
    }

    /// <summary>What was confirmed so far was another list.</summary>
    private void KnownAnew()
    {
        _peersChanged = _standingsChanged = true;
        foreach (var peer in _peers.Values)
        {
            peer.ConfirmedUs = false;
            peer.EarlierNonces.Add(peer.Nonce);
            peer.Nonce = _drawNonce();
            Ask(peer);
            peer.AnswerDue = peer.AskedUs is not null;
        }
    }

    private void Confirm(PeerView peer, Greeting greeting)
    {
        // SAFETY 7, 42: the whole list, not only our own place in it.
        if (greeting.Known.Count != Ids().Length || !greeting.Known.SequenceEqual(Lives()))
        {
            if (greeting.IsFounded) peer.RefusesUs = !greeting.Known.Contains(new MemberLife(_settings.Self, _settings.StoreId));
            return;
        }

        peer.RefusesUs = false;
        if (peer.ConfirmedUs) return;
        peer.ConfirmedUs = true;
        if (greeting.Floor.IsAtLeastAsUpToDateAs(_floor)) _floor = greeting.Floor;
        _peersChanged = true;
    }

    /// <summary>That member has heard from all that they have this list, with us in it: we are founded, too, and whom we have met since counts for nothing.</summary>
    private void FollowFounded(PeerView founded, Greeting greeting)
    {
        var lives = greeting.Known;
        if (!lives.Select(life => life.Id).SequenceEqual(Ids())) return;
        founded.RefusesUs = !lives.Contains(new MemberLife(_settings.Self, _settings.StoreId));
        if (founded.RefusesUs) return;
        if (greeting.Floor.IsAtLeastAsUpToDateAs(_floor)) _floor = greeting.Floor;
        foreach (var life in lives)
        {
            if (!_peers.TryGetValue(life.Id, out var peer)) continue;
            peer.Store = life.StoreId;
            peer.ConfirmedUs = true;
            peer.RefusesUs = false;
        }

        _peersChanged = _standingsChanged = true;
    }

    /// <summary>What we say of ourselves is on disk before we say it.</summary>
    private void AnswerHellos()
    {
        if (_saved.Founders is null || _fencedTerm < Term.None) return;
        Greeting? greeting = null;
        foreach (var peer in _peers.Values)
        {
            if (!peer.AnswerDue || peer.AskedUs is not { } nonce) continue;
            if (ListFits && !_saved.Peers.Select(known => new MemberLife(known.Id, known.StoreId)).SequenceEqual(Lives().Where(life => life.Id != _settings.Self))) return;
            peer.AnswerDue = false;
            greeting ??= OurGreeting();
            Emit(new ElectionEffect.SendHelloReply(peer.Id, nonce, greeting));
        }
    }

    private Greeting OurGreeting() => new(
        _saved.Founders!,
        Lives(),
        ListFits && _saved.Peers.Count == _peers.Count && _saved.Peers.All(known => known.ConfirmedUs),
        AcceptsNewPeers ? Ids() : [],
        _fencedTail,
        _saved.Floor,
        _settings.MaxEntryBytes,
        _settings.BatchBytesMax);

    /// <summary>
    /// Whoever we have not met, and whoever is silent: followers have nothing to say to each other, and a connection that is found dead only when a vote must
    /// pass over it costs an election.
    /// </summary>
    private void GreetPeers()
    {
        if (_now < _nextHello || _saved.Founders is null) return;
        _nextHello = _now + _settings.ElectionTimeoutMin;
        foreach (var peer in _peers.Values)
        {
            // Who is not founded asks those that it hears all the time as well: one of them may be, and its answer is all that is missing.
            if (!IsFounded || !HasMet(peer) || peer.NewsDue || Since(peer.LastHeard) >= _settings.ElectionTimeoutMax * 2) Ask(peer);
        }
    }

    private bool HasMet(PeerView peer) => ListFits && peer.ConfirmedUs && peer.Greeting is not null && IsOfOurList(peer);

    /// <summary>Not on the next turn of the clock, but not at every message either.</summary>
    private void AskAtOnce(PeerView peer)
    {
        if (Since(peer.Asked) >= _settings.HeartbeatInterval / 2) Ask(peer);
    }

    private void Ask(PeerView peer)
    {
        if (_saved.Founders is null) return;
        peer.Asked = _now;
        Emit(new ElectionEffect.SendHello(peer.Id, ListFits && peer.ConfirmedUs, peer.Nonce, _settings.Protocol));
    }

    private void Hear(string from, TimeSpan now)
    {
        _now = now;
        if (_peers.TryGetValue(from, out var peer)) peer.LastHeard = now;
    }

    private PeerStanding StandingOf(PeerView peer) => new(
        peer.Store, peer.Current, ListFits && IsOfOurList(peer), peer.Greeting?.MaxEntryBytes ?? 0, peer.Greeting?.BatchBytesMax ?? 0);

    private void TellStandings()
    {
        if (!_standingsChanged) return;
        _standingsChanged = false;
        Emit(new ElectionEffect.Standings(_peers.Values.ToDictionary(peer => peer.Id, StandingOf)));
    }

    /// <summary>All members by the store ids by which we know them, as far as we do.</summary>
    private List<MemberLife> Lives()
    {
        var lives = new List<MemberLife>();
        foreach (var id in Ids())
        {
            if (id == _settings.Self) lives.Add(new MemberLife(id, _settings.StoreId));
            else if (_peers[id].Store is { } store) lives.Add(new MemberLife(id, store));
        }

        return lives;
    }

    private static bool SameLists(Greeting one, Greeting other) =>
        one.Founders.SequenceEqual(other.Founders) && one.MaxEntryBytes == other.MaxEntryBytes && one.BatchBytesMax == other.BatchBytesMax;
}
