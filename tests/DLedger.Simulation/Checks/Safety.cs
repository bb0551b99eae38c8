using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Simulation;

/// <summary>
/// Watches a cluster from outside: what its members say on the network, what they write and save, what they log. Each property is a small checker of its own.
/// </summary>
internal sealed class Safety
{
    private readonly SimCluster _cluster;
    private readonly LeaderOfTerm _leaders = new();
    private readonly VotesAndTerms _votes = new();
    private readonly BatchIdentity _batches = new();
    private InvariantBrokenException? _violation;
    private readonly Dictionary<string, int> _errorsSeen = new(StringComparer.Ordinal);

    public Safety(SimCluster cluster)
    {
        _cluster = cluster;
        Committed = new CommittedLog(cluster);
        Campaigns = new Campaigns(_leaders);
        cluster.Network.OnSend = (from, to, message) => Check(() => OnSend(from.Node, to.Node, message));
        cluster.World.AfterStep = AfterStep;
        foreach (var id in cluster.Ids)
        {
            var disk = cluster.Disk(id);
            disk.OnSave = (_, state) => Check(() => _votes.Saving(id, disk.StoreId, state, disk.SavedState(LedgerCluster.Group)));
            // Only what is committed may go; whoever lets it go claims that it is.
            disk.OnRetain = (_, newBase) => Check(() => Committed.Claim(id, newBase.Index));
            disk.OnAppend += (_, batch) => Check(() => _batches.Written(id, batch));
        }
    }

    public CommittedLog Committed { get; }

    public Campaigns Campaigns { get; }

    public int LeadersSeen => _leaders.Count;

    public string? LatestLeader => _leaders.Latest;

    /// <summary>
    /// Runs a check from within a member's own call. A broken promise fails the run after the step: thrown here, it would only be that member's trouble.
    /// </summary>
    public void Check(Action check)
    {
        try
        {
            check();
        }
        catch (InvariantBrokenException broken)
        {
            _violation ??= broken;
        }
    }

    private void AfterStep()
    {
        if (_violation is not null) throw _violation;
        CheckErrors();
    }

    private void OnSend(string from, string to, object message)
    {
        if (message is not PeerMessage peerMessage) return;
        var disk = _cluster.Disk(from);
        var saved = disk.SavedState(LedgerCluster.Group);
        // SAFETY 1: nothing is said on the strength of a term that is not saved.
        Invariant.Holds(peerMessage.Term <= saved.Term, $"{from} speaks in term {peerMessage.Term} with term {saved.Term} on its disk: {message}");
        switch (message)
        {
            case Heartbeat or Push or Compare or Truncate or Install:
                if (_leaders.Speaks(from, peerMessage.Term)) Committed.CheckLeader(from, peerMessage.Term);
                if (message is Push push) Committed.Claim(from, push.Committed);
                break;
            case VoteRequest request:
                Campaigns.VotesAsked(from, request.Term);
                break;
            case VoteReply { Granted: true } reply:
                Invariant.Holds(!disk.IsWiped, $"{from} was wiped and votes (SAFETY 7): {reply}");
                _votes.Granting(from, disk.StoreId, reply.Requested, to, saved);
                break;
            case PushAck ack:
                AcksAreFlushed.Check(disk, from, ack);
                break;
            default:
                break;
        }
    }

    /// <summary>A member that stops because it found its own promise broken has found a bug. A disk that was made to fail is none.</summary>
    private void CheckErrors()
    {
        foreach (var id in _cluster.Ids)
        {
            var errors = _cluster.Node(id).Errors;
            var seen = _errorsSeen.GetValueOrDefault(id);
            if (errors.Count == seen) continue;
            _errorsSeen[id] = errors.Count;
            foreach (var error in errors.Skip(seen))
                Invariant.Holds(error.Contains(InjectedFault, StringComparison.Ordinal), $"{id} logged an error: {error}");
        }
    }

    /// <summary>Part of the reason of every failure that a test causes.</summary>
    public const string InjectedFault = "injected fault";
}
