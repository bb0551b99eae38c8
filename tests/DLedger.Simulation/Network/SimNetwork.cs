namespace DLedger.Simulation;

/// <summary>
/// Carries messages between nodes as bytes: at most once and in order per channel (sender, receiver, name of the channel) unless a link says
/// otherwise; late, lost or twice as chance has it; not at all where it is cut.
/// </summary>
internal sealed partial class SimNetwork
{
    private readonly World _world;
    private readonly WorldRandom _random;
    private readonly SimWireCodec _codec;
    private readonly Dictionary<string, Action<SimDelivery>> _listeners = new(StringComparer.Ordinal);
    private readonly Dictionary<(string From, string To, string Channel), TimeSpan> _lastArrivals = [];
    private readonly Dictionary<(string From, string To), SimLink> _links = [];
    private readonly Dictionary<string, SimLink> _channels = new(StringComparer.Ordinal);
    private readonly Dictionary<(string From, string Target, Type Message), string> _names = [];

    public SimNetwork(World world, SimWireCodec codec)
    {
        _world = world;
        _codec = codec;
        _random = world.Random.Fork("network");
    }

    /// <summary>For every pair of nodes that has no link of its own.</summary>
    public SimLink Link { get; set; } = SimLink.Healthy;

    public long Sent { get; private set; }

    public long Delivered { get; private set; }

    public long Lost { get; private set; }

    /// <summary>Messages that their receiver could not decode.</summary>
    public long Undecodable { get; private set; }

    /// <summary>Sees every message that leaves, before chance has its way with it.</summary>
    public Action<SimAddress, SimAddress, object>? OnSend { get; set; }

    public void SetLink(string from, string to, SimLink? link)
    {
        if (link is null) _links.Remove((from, to));
        else _links[(from, to)] = link;
    }

    /// <summary>For one channel between all nodes; a pair's own link goes before.</summary>
    public void SetChannel(string channel, SimLink? link)
    {
        if (link is null) _channels.Remove(channel);
        else _channels[channel] = link;
    }

    /// <summary>All links and channels are as <see cref="Link"/> is from now on.</summary>
    public void ForgetLinks()
    {
        _links.Clear();
        _channels.Clear();
    }

    /// <summary>Who takes what arrives at a node; null when nobody does.</summary>
    public void Listen(string node, Action<SimDelivery>? listener)
    {
        if (listener is null) _listeners.Remove(node);
        else _listeners[node] = listener;
    }

    /// <summary>Sends; <paramref name="channel"/> names the connection within which order is kept, by default the target.</summary>
    public void Send(SimAddress from, SimAddress to, object message, string? channel = null)
    {
        if (!_world.IsOwnThread($"send {message.GetType().Name}")) return;
        var sender = _world.Node(from.Node);
        OnSend?.Invoke(from, to, message);
        Sent++;
        var bytes = _codec.Encode(sender, message);
        if (IsWithheld(from, to, message, bytes)) return;
        var link = LinkOf(from.Node, to.Node, channel);
        var name = NameOf(from, to, message);
        if (IsCut(from.Node, to.Node) || _random.Chance(link.LossRate))
        {
            Lost++;
            _world.Trace.Step(_world.Now, "lost", name);
            return;
        }

        var copies = _random.Chance(link.DuplicateRate) ? 2 : 1;
        for (var i = 0; i < copies; i++)
        {
            var arrival = ArrivalOf(link, from.Node, to.Node, channel ?? to.Target);
            _world.After(arrival - _world.Now, name, () => Arrive(from, to, bytes));
        }

        if (link.EchoRate > 0 && _random.Chance(link.EchoRate))
            _world.After(_random.Between(link.DelayMost, SimLink.EchoMost), name, () => Arrive(from, to, bytes));
    }

    private SimLink LinkOf(string from, string to, string? channel)
    {
        if (_links.Count > 0 && _links.TryGetValue((from, to), out var link)) return link;
        return channel is not null && _channels.TryGetValue(channel, out link) ? link : Link;
    }

    /// <summary>Made once for each kind of message between two actors.</summary>
    private string NameOf(SimAddress from, SimAddress to, object message)
    {
        var target = to.ToString();
        var key = (from.Node, target, message.GetType());
        if (!_names.TryGetValue(key, out var name)) _names.Add(key, name = $"{from.Node} -> {target} {message.GetType().Name}");
        return name;
    }

    private TimeSpan ArrivalOf(SimLink link, string from, string to, string channel)
    {
        var arrival = _world.Now + _random.Between(link.DelayLeast, link.DelayMost);
        if (link.Reorders) return arrival;
        var key = (from, to, channel);
        if (_lastArrivals.TryGetValue(key, out var last) && last > arrival) arrival = last;
        _lastArrivals[key] = arrival;
        return arrival;
    }

    private void Arrive(SimAddress from, SimAddress to, byte[] bytes)
    {
        // What was under way when the cut came is lost too, as with a broken connection.
        if (IsCut(from.Node, to.Node) || !_world.Node(to.Node).IsUp)
        {
            Lost++;
            return;
        }

        _world.Node(to.Node).HappenNow($"arrive {to}", () => Deliver(from, to, bytes));
    }

    private void Deliver(SimAddress from, SimAddress to, byte[] bytes)
    {
        if (!_listeners.TryGetValue(to.Node, out var listener))
        {
            Lost++;
            return;
        }

        var message = _codec.Decode(_world.Node(to.Node), bytes);
        if (message is null)
        {
            Undecodable++;
            return;
        }

        Delivered++;
        listener(new SimDelivery(from, to.Target, message));
    }
}
