using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Node;

/// <summary>What all roles of one run of a group share; nothing in it changes but the counters, the commit position and what counts of the peers.</summary>
internal sealed record RoleContext(NodeEnvironment Environment, Origin Origin, IGroupLog Log, Strangers Strangers)
{
    private readonly Dictionary<string, Member> _members = Environment.Settings.Members.ToDictionary(member => member.Id);

    /// <summary>Stands for this run alone: <see cref="StoreFailed"/>.</summary>
    public required object Life { get; init; }

    /// <summary>The set in force: that of the settings, as long as it never changes.</summary>
    public Membership Membership { get; } = Membership.Of(Environment.Settings.Members.Select(member => member.Id));

    public CommitPosition Committed { get; } = new();

    public ReadRoom Reads { get; } = new(Environment.Settings.PendingReadsMax);

    public PeerStandings Peers { get; } = new();

    public DLedgerSettings Settings => Environment.Settings;

    public string Self => Settings.Id;

    public Member Member(string id) => _members[id];
}
