using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Simulation;

/// <summary>
/// Watches a cluster from outside: what its members say on the network, what they write and save, what they log. Each property is a small checker of
/// its own.
/// </summary>
internal sealed class Safety
{
    /// <summary>Part of the reason of every failure that a test causes.</summary>
    public const string InjectedFault = "injected fault";

    private readonly SimCluster _cluster;
    private readonly LeaderOfTerm _leaders;
    private readonly VotesAndTerms _votes = new();
    private readonly VotesGoToBetterLogs _betterLogs = new();
    private readonly LeadersAreElected _elected;
    private readonly BatchIdentity _batches = new();
    private readonly DenseEntries _entries = new();
    private readonly CommitPositions _positions;
    private readonly AnswersInTime _answers;
    private readonly Dictionary<string, int> _errorsSeen = new(StringComparer.Ordinal);
    private long _errorsLooked;
    private InvariantBrokenException? _violation;

    public Safety(SimCluster cluster)
    {
        _cluster = cluster;
        _leaders = new LeaderOfTerm(cluster);
        _elected = new LeadersAreElected(cluster);
        Committed = new CommittedLog(cluster, _leaders);
        Clients = new ClientOracle(Committed);
        Campaigns = new Campaigns(_leaders);
        _positions = new CommitPositions(cluster, Committed);
        _answers = new AnswersInTime(cluster);
        Committed.OnCommitted = batch =>
        {
            _entries.Committed(batch);
            // A cluster may be watched whose clients are somebody else's.
            if (Clients.HasAny) Clients.Committed(batch);
            Replicas?.Committed(batch);
        };
        cluster.Network.OnSend = (from, to, message) => Check(() => OnSend(from.Node, to.Node, message));
        cluster.World.AfterStep = AfterStep;
        foreach (var id in cluster.Ids) Watch(id, cluster.Disk(id));
    }

    public CommittedLog Committed { get; }

    public ClientOracle Clients { get; }

    /// <summary>What members apply; null while they have plain logs.</summary>
    public ReplicaCheck? Replicas { get; set; }

    public Campaigns Campaigns { get; }

    /// <summary>Part of every error that a member may log in this run.</summary>
    public string ExpectedError { get; set; } = InjectedFault;

    public int LeadersSeen => _leaders.Count;

    public string? LatestLeader => _leaders.Latest;

    /// <summary>A test says this in the name of a member: a vote that follows from it was asked for.</summary>
    public void Forged(PeerMessage message)
    {
        if (message is VoteRequest request) _betterLogs.AskedFalsely(request.Origin.NodeId, request.Term, request.Last);
    }

    /// <summary>A client asks a member.</summary>
    public void Asked(Request request)
    {
        Clients.Asked(request);
        _answers.Asked(request);
    }

    /// <summary>The owner of a member's log says where it stands.</summary>
    public void Stands(string node, LogIndex committed, LogIndex flushed) => Check(() => _positions.Seen(node, committed, flushed));

    /// <summary>
    /// Runs a check from within a member's own call. A broken promise fails the run after the step: thrown here, it would only be that member's
    /// trouble.
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

    private void Watch(string id, SimDisk disk)
    {
        disk.OnSave = (_, state) => Check(() => _votes.Saving(id, disk.StoreId, state, disk.SavedState(LedgerCluster.Group)));
        // Only what is committed may go; whoever lets it go claims that it is.
        disk.OnMoveBase = (_, newBase) => Check(() => Committed.Claim(id, newBase.Index));
        disk.OnAppend += (_, batch) => Check(() =>
        {
            // Only the leader of a term makes batches of it.
            if (_batches.Written(id, batch)) Leads(id, batch.Term);
        });
    }

    private void AfterStep()
    {
        if (_violation is not null) throw _violation;
        _answers.CheckAt(_cluster.World.Now);
        CheckErrors();
    }

    private void Leads(string node, Term term)
    {
        if (!_leaders.Speaks(node, term)) return;
        _elected.Leads(node, term);
        Committed.CheckLeader(node, term);
    }

    private void OnSend(string from, string to, object message)
    {
        if (message is not PeerMessage peerMessage) return;
        var disk = _cluster.Disk(from);
        var saved = disk.SavedState(LedgerCluster.Group);
        // SAFETY 1: nothing is said on the strength of a term that is not saved.
        Invariant.Holds(
            peerMessage.Term <= saved.Term,
            $"A term that is not on disk: {from} speaks in term {peerMessage.Term} with term {saved.Term} saved: {message}");
        switch (message)
        {
            case Heartbeat or Push or Compare or Truncate or Install:
                Leads(from, peerMessage.Term);
                if (message is Push push) Committed.Claim(from, push.Committed);
                break;
            case VoteRequest request:
                Campaigns.VotesAsked(from, request.Term);
                _betterLogs.Asked(from, request.Term, request.Last);
                break;
            case VoteReply { Granted: true } reply:
                Invariant.Holds(!disk.IsWiped, $"A vote of a wiped member (SAFETY 7): {from}: {reply}");
                _elected.Granting(from, to, reply.Requested);
                _votes.Granting(from, disk.StoreId, reply.Requested, to, saved);
                _betterLogs.Granting(from, to, reply.Requested, disk.TailOf(LedgerCluster.Group).Point);
                break;
            case PushAck ack:
                AcksAreFlushed.Check(disk, from, ack);
                AcksMatchLeader.Check(_cluster, _leaders, from, ack.Term, ack.Flushed);
                break;
            default:
                break;
        }
    }

    /// <summary>A member that stops because it found its own promise broken has found a bug. A disk that was made to fail is none.</summary>
    private void CheckErrors()
    {
        if (_cluster.World.ErrorsLogged == _errorsLooked) return;
        _errorsLooked = _cluster.World.ErrorsLogged;
        foreach (var id in _cluster.Ids)
        {
            var errors = _cluster.Node(id).Errors;
            var seen = _errorsSeen.GetValueOrDefault(id);
            if (errors.Count == seen) continue;
            _errorsSeen[id] = errors.Count;
            foreach (var error in errors.Skip(seen))
                Invariant.Holds(error.Contains(ExpectedError, StringComparison.Ordinal), $"A member logged an error: {id}: {error}");
        }
    }
}
