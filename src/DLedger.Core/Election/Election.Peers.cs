namespace DLedger.Core;

/// <content>Who the other members are: the first store id of each, and whether they know ours (SAFETY 7).</content>
public sealed partial class Election
{
    private readonly SortedDictionary<string, Guid> _greetings = new(StringComparer.Ordinal);

    /// <summary>A member shows its store id and asks whether that is the one we know.</summary>
    public void HelloArrived(string from, Guid store, TimeSpan now)
    {
        if (!_peers.TryGetValue(from, out var peer)) return;
        Learn(peer, store, now);
        _greetings[from] = store;
        AnswerHellos();
        Advance();
    }

    /// <summary>A member says whether <paramref name="asked"/> is the first store id that it saw under our name.</summary>
    public void HelloReplied(string from, Guid store, Guid asked, bool confirmed, TimeSpan now)
    {
        if (!_peers.TryGetValue(from, out var peer)) return;
        Learn(peer, store, now);
        if (asked == _settings.StoreId && peer.Store == store)
        {
            peer.RefusesUs = !confirmed;
            _peersChanged |= confirmed && !peer.ConfirmedUs;
            peer.ConfirmedUs |= confirmed;
        }

        Advance();
    }

    private void Learn(PeerView peer, Guid store, TimeSpan now)
    {
        _now = now;
        peer.LastHeard = now;
        if (peer.Store is null)
        {
            peer.Store = store;
            _peersChanged = true;
        }
        else if (peer.Store != store && !peer.IsWiped)
        {
            peer.IsWiped = true;
            Emit(new ElectionEffect.Note($"{peer.Id} came back with another data folder: it is brought up to date but not counted"));
        }
    }

    /// <summary>What we say we saw first is on disk before we say it.</summary>
    private void AnswerHellos()
    {
        if (_greetings.Count == 0) return;
        foreach (var (id, store) in _greetings.ToArray())
        {
            var first = _saved.Peers.FirstOrDefault(known => known.Id == id);
            if (first.Id is null) continue;
            _greetings.Remove(id);
            Emit(new ElectionEffect.SendHelloReply(id, store, first.StoreId == store));
        }
    }

    /// <summary>
    /// Whoever we have not met, and whoever is silent: followers have nothing to say to each other, and a connection that is found dead only when a vote must
    /// pass over it costs an election.
    /// </summary>
    private void GreetPeers()
    {
        if (_now < _nextHello) return;
        _nextHello = _now + _settings.ElectionTimeoutMin;
        foreach (var peer in _peers.Values)
        {
            var met = peer.ConfirmedUs && peer.Store is not null;
            if (!met || Since(peer.LastHeard) >= _settings.ElectionTimeoutMax * 2) Emit(new ElectionEffect.SendHello(peer.Id, met));
        }
    }

    private void Hear(string from, TimeSpan now)
    {
        _now = now;
        if (_peers.TryGetValue(from, out var peer)) peer.LastHeard = now;
    }
}
