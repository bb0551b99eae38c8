namespace DLedger.Simulation;

// Where the network is cut. Each shape adds to what is cut already; Mend takes one of them back, Heal all.
internal sealed partial class SimNetwork
{
    // How many cuts lie on a way: two that overlap are mended one by one.
    private readonly Dictionary<(string From, string To), int> _cuts = [];
    private long _healed;
    private List<(string From, string To)>? _cutting;

    public bool IsCut(string from, string to) => from != to && _cuts.Count > 0 && _cuts.ContainsKey((from, to));

    public bool IsWhole => _cuts.Count == 0;

    public void Heal()
    {
        _cuts.Clear();
        _healed++;
        _world.Trace.Step(_world.Now, "network", "healed");
    }

    /// <summary>Makes a cut of any shape, and gives back what mends that one alone.</summary>
    public Action Cut(Action<SimNetwork> shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        _cutting = [];
        shape(this);
        var ways = _cutting;
        var healed = _healed;
        _cutting = null;
        return () =>
        {
            if (healed == _healed) Mend(ways);
        };
    }

    private void Mend(List<(string From, string To)> ways)
    {
        foreach (var way in ways)
        {
            if (--_cuts[way] == 0) _cuts.Remove(way);
        }

        _world.Trace.Step(_world.Now, "network", "mended");
    }

    /// <summary>Nothing gets from one node to another; the way back stays open.</summary>
    public void CutOneWay(string from, string to)
    {
        _cuts[(from, to)] = _cuts.GetValueOrDefault((from, to)) + 1;
        _cutting?.Add((from, to));
        _world.Trace.Step(_world.Now, "network", $"cut {from} -> {to}");
    }

    public void CutBetween(string left, string right)
    {
        CutOneWay(left, right);
        CutOneWay(right, left);
    }

    /// <summary>One node alone.</summary>
    public void CutOff(string node, IEnumerable<string> others)
    {
        foreach (var other in others)
        {
            if (other != node) CutBetween(node, other);
        }
    }

    /// <summary>Two groups that don't hear each other.</summary>
    public void CutHalves(IReadOnlyCollection<string> left, IReadOnlyCollection<string> right)
    {
        foreach (var one in left)
        {
            foreach (var other in right) CutBetween(one, other);
        }
    }

    /// <summary>Two groups that don't hear each other, and one node between them that hears both.</summary>
    public void CutToBridge(IReadOnlyList<string> nodes, string bridge)
    {
        var rest = nodes.Where(node => node != bridge).ToArray();
        CutHalves(rest[..(rest.Length / 2)], rest[(rest.Length / 2)..]);
    }

    /// <summary>
    /// Nodes on a ring, each hearing only its nearest: everybody hears a majority, and no two hear the same one (with five nodes or more).
    /// </summary>
    public void CutToMajoritiesRing(IReadOnlyList<string> nodes)
    {
        var reach = ((nodes.Count / 2) + 1) / 2; // to both sides: a majority, itself included
        for (var i = 0; i < nodes.Count; i++)
        {
            for (var j = i + 1; j < nodes.Count; j++)
            {
                var distance = Math.Min(j - i, nodes.Count - (j - i));
                if (distance > reach) CutBetween(nodes[i], nodes[j]);
            }
        }

        // On a ring of three everybody hears everybody: cut it open, so that the one in the middle is the only one with both.
        if (nodes.Count == 3) CutBetween(nodes[0], nodes[2]);
    }
}
