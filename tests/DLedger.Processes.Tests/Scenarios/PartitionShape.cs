namespace DLedger.Processes.Tests;

/// <summary>A partition: which ordered pairs of members cannot talk.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="MembersCount">In a group of how many.</param>
/// <param name="Pairs">From the ids, the leader's first.</param>
internal sealed record PartitionShape(string Name, int MembersCount, Func<IReadOnlyList<string>, IReadOnlyCollection<(string From, string To)>> Pairs)
{
    public static readonly PartitionShape LeaderAlone = new("leader alone", 3, ids => Between([ids[0]], [ids[1], ids[2]]));

    public static readonly PartitionShape FollowerAlone = new("follower alone", 3, ids => Between([ids[1]], [ids[0], ids[2]]));

    /// <summary>Two members that see only the third; the leader is one of the two.</summary>
    public static readonly PartitionShape Bridge = new("bridge", 3, ids => Between([ids[0]], [ids[1]]));

    /// <summary>The leader hears everybody and is heard by nobody.</summary>
    public static readonly PartitionShape MuteLeader = new("mute leader", 3, ids => [(ids[0], ids[1]), (ids[0], ids[2])]);

    /// <summary>The leader is heard by everybody and hears nobody.</summary>
    public static readonly PartitionShape DeafLeader = new("deaf leader", 3, ids => [(ids[1], ids[0]), (ids[2], ids[0])]);

    /// <summary>The leader among the two.</summary>
    public static readonly PartitionShape Halves = new("halves, two and three", 5, ids => Between([ids[0], ids[1]], [ids[2], ids[3], ids[4]]));

    /// <summary>Two halves that only one member sees both of; it makes three with either.</summary>
    public static readonly PartitionShape WideBridge = new("bridge of five", 5, ids => Between([ids[0], ids[1]], [ids[2], ids[3]]));

    public static IReadOnlyList<PartitionShape> All => [LeaderAlone, FollowerAlone, Bridge, MuteLeader, DeafLeader, Halves, WideBridge];

    /// <summary>Both ways between every member on the left and every one on the right.</summary>
    public static List<(string From, string To)> Between(IReadOnlyList<string> left, IReadOnlyList<string> right) =>
        [.. OneWay(left, right), .. OneWay(right, left)];

    /// <summary>What those on the left send does not reach those on the right.</summary>
    public static List<(string From, string To)> OneWay(IReadOnlyList<string> from, IReadOnlyList<string> to) =>
        [.. from.SelectMany(_ => to, (a, b) => (a, b))];
}
