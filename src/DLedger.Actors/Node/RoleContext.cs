using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Node;

/// <summary>
/// What all roles of one run of a group share; nothing in it changes but the counters, the applied position, the known members and what counts of the
/// peers.
/// </summary>
internal sealed record RoleContext(NodeEnvironment Environment, Origin Origin, IGroupLog Log, KnownMembers Members, MessageFilter Filter)
{
    /// <summary>Stands for this run alone: <see cref="StoreFailed"/>.</summary>
    public required object Life { get; init; }

    /// <summary>The set that is in force when the roles start.</summary>
    public Membership Membership { get; } = Members.Set;

    public AppliedPosition Applied { get; } = Environment.HasStateMachine
        ? AppliedPosition.OfStateMachine(Log.Writer.Base.Index, Log.Writer.Base.Index)
        : AppliedPosition.OfPlainLog(Log.Writer.Base.Index);

    /// <summary>Tells the questions for read indexes of this run from those of an earlier one (SAFETY 78).</summary>
    public long ReadLife { get; } = Environment.Random.NextInt64();

    public ReplicaReport Replica { get; } = new();

    public ReadLimit Reads { get; } = new(Environment.Settings.PendingReadsMax);

    public PeerStandings Peers { get; } = new();

    public DLedgerSettings Settings => Environment.Settings;

    public string Self => Settings.Id;
}
