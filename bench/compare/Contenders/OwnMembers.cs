using System.Globalization;
using Akka.Actor;
using Akka.Configuration;

namespace DLedger.Compare;

/// <summary>
/// Three members of this project in this process, each with an actor system, ports and a folder of its own, and with default settings.
/// </summary>
internal sealed class OwnMembers
{
    public const string Group = "default";

    /// <summary>A client waits so long at most, for a leader and for an append.</summary>
    public static readonly TimeSpan HangTimeout = TimeSpan.FromSeconds(30);

    private const int Count = 3;

    private static readonly Config Quiet = ConfigurationFactory.ParseString("""
        akka.loggers = []
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF
        akka.log-dead-letters = off
        akka.log-dead-letters-during-shutdown = off
        """);

    private readonly List<ActorSystem> _systems = [];
    private readonly IReadOnlyList<Member> _members;

    private OwnMembers(IReadOnlyList<Member> members) => _members = members;

    public static IReadOnlyList<Member> Make()
    {
        var ports = FreePorts.Pick(2 * Count);
        return [.. Enumerable.Range(0, Count).Select(i => new Member($"n{i}", "127.0.0.1", ports[2 * i], ports[(2 * i) + 1]))];
    }

    public static string Show(IReadOnlyList<Member> members) => string.Join(';', members);

    public static IReadOnlyList<Member> Parse(string peers) => DLedgerSettings.ParsePeers(peers);

    /// <summary>Starts all; none needs to have opened its store yet.</summary>
    public static OwnMembers Start(IReadOnlyList<Member> members, string folder)
    {
        var own = new OwnMembers(members);
        foreach (var member in members)
        {
            var settings = DLedgerSettings.FromConfig(ConfigurationFactory.ParseString(string.Create(CultureInfo.InvariantCulture, $"""
                dledger.id = "{member.Id}"
                dledger.group = "{Group}"
                dledger.peers = "{Show(members)}"
                dledger.data-dir = "{Path.Combine(folder, member.Id)}"
                """)));
            var system = DLedgerSystem.Start(DLedgerSystem.DefaultName, settings, Quiet);
            own._systems.Add(system);
            DLedgerExtension.Get(system).Start(settings);
        }

        return own;
    }

    /// <summary>A client in the leader's own system.</summary>
    public async Task<DLedgerClient> AtLeaderAsync(CancellationToken stop)
    {
        var leader = await LeaderOf(_systems[0], _members, stop).ConfigureAwait(false);
        return ClientIn(_systems[_members.ToList().FindIndex(member => member.Id == leader)], _members);
    }

    public static DLedgerClient ClientIn(ActorSystem system, IReadOnlyList<Member> members) =>
        DLedgerClient.Create(system, Group, members, new DLedgerClientOptions { Timeout = HangTimeout });

    /// <summary>The leader that a majority follows.</summary>
    public static async Task<string> LeaderOf(ActorSystem system, IReadOnlyList<Member> members, CancellationToken stop)
    {
        var client = ClientIn(system, members);
        return await Waiting.ForAsync("a leader", HangTimeout, async () =>
        {
            var answers = await client.StatusAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
            return answers.Select(answer => answer.Status).Where(status => status?.LeaderId is not null)
                .GroupBy(status => status!.LeaderId)
                .FirstOrDefault(followers => followers.Count() > members.Count / 2)?.Key;
        }, stop).ConfigureAwait(false);
    }
}
