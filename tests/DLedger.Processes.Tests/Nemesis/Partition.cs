namespace DLedger.Processes.Tests;

/// <summary>The network is cut in a shape for the whole period.</summary>
/// <param name="name">What it is called.</param>
/// <param name="shape">Draws who cannot reach whom, from the ids in random order.</param>
internal sealed class Partition(string name, Func<IReadOnlyList<string>, Random, IReadOnlyCollection<(string From, string To)>> shape) : Nemesis(name)
{
    public static readonly Partition RandomNode = new("partition-random-node", (ids, _) => PartitionShape.Between([ids[0]], [.. ids.Skip(1)]));

    public static readonly Partition RandomHalves = new(
        "partition-random-halves", (ids, _) => PartitionShape.Between([.. ids.Take(ids.Count / 2)], [.. ids.Skip(ids.Count / 2)]));

    /// <summary>Everybody sees a majority, and no two see the same one.</summary>
    public static readonly Partition MajoritiesRing = new("partition-majorities-ring", (ids, _) => Ring(ids));

    /// <summary>Two parts that only one member sees both of; it makes a majority with either.</summary>
    public static readonly Partition Bridge = new(
        "bridge", (ids, _) => PartitionShape.Between([.. ids.Take((ids.Count - 1) / 2)], [.. ids.Skip(((ids.Count - 1) / 2) + 1)]));

    public static readonly Partition OneWay = new("one-way", DrawOneWay);

    public IReadOnlyCollection<(string From, string To)> Draw(IReadOnlyList<string> ids, Random dice) => shape(ids, dice);

    public override async Task StrikeAsync(Faults faults, Random dice, TimeSpan length)
    {
        var heal = await faults.CutAsync(Name, Draw(await faults.ShuffledAsync(dice), dice));
        await Waits.HoldAsync(length);
        await heal();
    }

    private static List<(string From, string To)> Ring(IReadOnlyList<string> ids)
    {
        // So many neighbours on each side that they make a majority with the member itself.
        var reach = ((ids.Count / 2) + 1) / 2;
        return
        [
            .. from a in Enumerable.Range(0, ids.Count)
               from b in Enumerable.Range(0, ids.Count)
               let distance = Math.Min((a - b + ids.Count) % ids.Count, (b - a + ids.Count) % ids.Count)
               where distance > reach
               select (ids[a], ids[b]),
        ];
    }

    private static List<(string From, string To)> DrawOneWay(IReadOnlyList<string> ids, Random dice)
    {
        string[] some = [.. ids.Take(ids.Count / 2)];
        string[] others = [.. ids.Skip(ids.Count / 2)];
        return dice.Next(5) switch
        {
            0 => PartitionShape.OneWay([ids[0]], [.. ids.Skip(1)]), // mute
            1 => PartitionShape.OneWay([.. ids.Skip(1)], [ids[0]]), // deaf
            2 => PartitionShape.OneWay(some, others),
            3 => PartitionShape.OneWay(others, some),
            _ => PartitionShape.OneWay([ids[0]], [ids[1]]),
        };
    }
}
