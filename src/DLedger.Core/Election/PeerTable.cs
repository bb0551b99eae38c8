namespace DLedger.Core;

/// <summary>Who the other members are, and what this one knows of each.</summary>
internal sealed class PeerTable
{
    private readonly ElectionTurn _turn;
    private readonly ElectionSettings _settings;
    private readonly TimeSpan _startedAt;

    /// <summary>By id, in ordinal order: the order of everything that is sent to all.</summary>
    private readonly SortedDictionary<string, PeerView> _peers = new(StringComparer.Ordinal);

    public PeerTable(ElectionTurn turn, ElectionSettings settings, Membership members, HardState loaded, Func<long> drawNonce)
    {
        _turn = turn;
        _settings = settings;
        _startedAt = turn.Now;
        Members = members;
        Ids = [.. members.Members.Select(member => member.Id)];
        foreach (var id in Ids)
            if (id != settings.Self) _peers.Add(id, new PeerView(id) { Nonce = drawNonce() });
        foreach (var known in loaded.Peers)
        {
            if (!_peers.TryGetValue(known.Id, out var peer)) continue;
            peer.Store = known.StoreId;
            peer.ConfirmedUs = known.ConfirmedUs;
        }
    }

    /// <summary>
    /// The set in force as the log's owner told it last: for heartbeats, check-quorum and what is said of the group. Whoever asks for votes counts by
    /// the set that came with its tail (SAFETY 37). Whom we greet stands in the settings as long as this never changes.
    /// </summary>
    public Membership Members { get; set; }

    /// <summary>Of all members, this one included, in ordinal order.</summary>
    public string[] Ids { get; }

    public IReadOnlyCollection<PeerView> All => _peers.Values;

    /// <summary>Those that have shown us a store id, in this life or before.</summary>
    private IEnumerable<PeerView> Met => All.Where(peer => peer.Store is not null);

    /// <summary>Every other member has confirmed our whole list.</summary>
    public bool IsFounded => All.All(peer => peer.ConfirmedUs);

    public PeerView? Find(string id) => _peers.GetValueOrDefault(id);

    public void Hear(string id)
    {
        if (Find(id) is { } peer) peer.LastHeard = _turn.Now;
    }

    public bool IsReachable(string id) => Find(id) is { } peer && _turn.Since(peer.LastHeard) <= _settings.ElectionTimeoutMax * 2;

    /// <summary>All members by the store ids by which we know them, as far as we do.</summary>
    public List<MemberLife> Lives()
    {
        var lives = new List<MemberLife>();
        foreach (var id in Ids)
        {
            if (id == _settings.Self) lives.Add(new MemberLife(id, _settings.StoreId));
            else if (_peers[id].Store is { } store) lives.Add(new MemberLife(id, store));
        }

        return lives;
    }

    /// <summary>As they are saved.</summary>
    public KnownPeer[] Known() => [.. Met.Select(peer => new KnownPeer(peer.Id, peer.Store!.Value, peer.ConfirmedUs))];

    /// <summary>The store ids that count, of whom we have met.</summary>
    public Dictionary<string, Guid> Stores() => Met.ToDictionary(peer => peer.Id, peer => peer.Store!.Value);

    /// <summary>Why there is no leader, as far as that is a matter of who is there.</summary>
    public string LeaderlessBecause(TimeSpan since)
    {
        if (Members.HasQuorum(member => member.Id == _settings.Self || IsReachable(member.Id)))
            return $"no leader for {Seconds(since)} s, though a quorum is reachable";
        var silent = All.Where(peer => !IsReachable(peer.Id)).ToArray();
        var shortest = silent.Min(peer => _turn.Now - (peer.LastHeard == TimeSpan.MinValue ? _startedAt : peer.LastHeard));
        return $"no leader: no quorum is reachable: {string.Join(", ", silent.Select(peer => peer.Id))} silent for {Seconds(shortest)} s";
    }

    private static long Seconds(TimeSpan time) => (long)time.TotalSeconds;
}
