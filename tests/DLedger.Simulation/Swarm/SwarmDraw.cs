namespace DLedger.Simulation;

/// <summary>
/// Draws which features a run has. Each has a stream of chance of its own, by its name, so that leaving one out changes nothing for the others.
/// </summary>
internal sealed class SwarmDraw
{
    private readonly World _world;
    private readonly IReadOnlyList<string> _without;
    private readonly List<string> _offered = [];
    private readonly List<string> _drawn = [];

    public SwarmDraw(World world, IReadOnlyList<string> without)
    {
        _world = world;
        _without = without;
    }

    /// <summary>Everything that a run of this size can have.</summary>
    public IReadOnlyList<string> Offered => _offered;

    /// <summary>What this run has.</summary>
    public IReadOnlyList<string> Drawn => _drawn;

    /// <summary>Whether the run has this feature; <paramref name="luck"/> is for whatever it leaves to chance.</summary>
    public bool Has(string name, double chance, out WorldRandom luck)
    {
        luck = _world.StreamOf(name);
        _offered.Add(name);
        if (!luck.Chance(chance) || _without.Contains(name)) return false;
        _drawn.Add(name);
        return true;
    }
}
