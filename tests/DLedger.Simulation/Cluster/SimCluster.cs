namespace DLedger.Simulation;

/// <summary>Nodes with a disk each and one network: what they run is up to the one who starts them.</summary>
internal sealed class SimCluster
{
    private readonly Action<SimNodeContext> _start;
    private readonly SortedDictionary<string, SimDisk> _disks = new(StringComparer.Ordinal);

    /// <param name="start">Starts a process: makes the node's actor system, its actors, and listens on the network.</param>
    public SimCluster(World world, IReadOnlyList<string> ids, SimWireCodec codec, Action<SimNodeContext> start)
    {
        World = world;
        Ids = ids;
        Members = ids.Count;
        Network = new SimNetwork(world, codec);
        _start = start;
        foreach (var id in ids) _disks.Add(id, new SimDisk(world.AddNode(id)));
    }

    public World World { get; }

    public IReadOnlyList<string> Ids { get; }

    /// <summary>How many are members of the group at present: all, unless a test has it otherwise.</summary>
    public int Members { get; set; }

    public SimNetwork Network { get; }

    public SimNode Node(string id) => World.Node(id);

    public SimDisk Disk(string id) => _disks[id];

    public IEnumerable<string> Up => Ids.Where(id => Node(id).IsUp);

    public int Crashes { get; private set; }

    /// <summary>Starts after a crash or a stop.</summary>
    public int Restarts { get; private set; }

    public void StartAll()
    {
        foreach (var id in Ids) Start(id);
    }

    public void Start(string id)
    {
        if (Node(id).IsUp) return;
        World.Trace.Step(World.Now, id, "starts");
        if (Node(id).Incarnation > 0) Restarts++;
        _start(new SimNodeContext(Node(id), Disk(id), Network, Ids));
    }

    /// <summary>The process ends between two steps, and its disk with it loses what <paramref name="loss"/> says.</summary>
    public void Crash(string id, CrashLoss loss)
    {
        if (!Node(id).IsUp) return;
        Crashes++;
        Node(id).Kill();
        Network.Listen(id, null);
        Disk(id).Crash(loss);
    }
}
