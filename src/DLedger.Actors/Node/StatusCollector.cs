using Akka.Actor;
using DLedger.Core;

namespace DLedger.Node;

/// <summary>Asks the roles how they are and tells its parent, once; then it is gone.</summary>
internal sealed class StatusCollector : UntypedActor, IWithTimers
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly NodeEnvironment _environment;
    private readonly KnownMembers _members;
    private readonly Roles _roles;
    private readonly long _dropped;
    private readonly Dictionary<string, EntryDispatcherActor.DispatchReport> _dispatchers = [];
    private ElectorActor.ElectionReport? _election;
    private EntryHandlerActor.LogReport? _log;
    private ReaderActor.EntriesAre? _entries;
    private QuorumAckCheckerActor.ReadReport? _reads;

    public StatusCollector(NodeEnvironment environment, KnownMembers members, Roles roles, long dropped)
    {
        _environment = environment;
        _members = members;
        _roles = roles;
        _dropped = dropped;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(NodeEnvironment environment, KnownMembers members, Roles roles, long dropped) =>
        Akka.Actor.Props.Create(() => new StatusCollector(environment, members, roles, dropped))
            .WithDeploy(Deploy.Local).WithDispatcher(NodeEnvironment.RoleDispatcher);

    /// <summary>The status of a member whose roles are not there.</summary>
    public static LedgerStatus Silent(NodeEnvironment environment, KnownMembers members, MemberRole role, string? problem, long dropped) => new()
    {
        Group = environment.Settings.Group,
        Id = environment.Settings.Id,
        Role = role,
        Peers = [.. members.Others.Select(member => new PeerStatus { Id = member.Id, Address = AddressOf(members, member) })],
        Problem = problem,
        Dropped = dropped,
    };

    protected override void PreStart()
    {
        Timers.StartSingleTimer(nameof(Tick), new Tick(), Timeout);
        _roles.Elector.Tell(new ElectorActor.AskReport());
        _roles.EntryHandler.Tell(new EntryHandlerActor.AskReport());
        _roles.QuorumAckChecker.Tell(new QuorumAckCheckerActor.AskReport());
        foreach (var dispatcher in _roles.Dispatchers) dispatcher.Tell(new EntryDispatcherActor.AskReport());
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ElectorActor.ElectionReport report:
                _election = report;
                break;
            case EntryHandlerActor.LogReport report:
                _log = report;
                _roles.Reader.Tell(new ReaderActor.AskEntries(report.Flushed, report.Committed));
                break;
            case EntryDispatcherActor.DispatchReport report:
                _dispatchers[report.Peer] = report;
                break;
            case ReaderActor.EntriesAre report:
                _entries = report;
                break;
            case QuorumAckCheckerActor.ReadReport report:
                _reads = report;
                break;
            case Tick:
                Answer("a role does not answer");
                return;
            default:
                Unhandled(message);
                break;
        }

        var isComplete = _election is not null && _log is not null && _entries is not null && _reads is not null;
        if (isComplete && _dispatchers.Count == _roles.Dispatchers.Count) Answer(null);
    }

    private static string AddressOf(KnownMembers members, MemberLife member) => members.AddressOf(member.Id) ?? "";

    private void Answer(string? problem)
    {
        var committed = _entries?.CommittedNext.Value - 1 ?? -1;
        // The reader was asked after the log's owner: what is committed by now may be above what was the tail then.
        var last = Math.Max(_log?.Tail.NextEntry.Value - 1 ?? -1, committed);
        var first = _log is { } log && log.Base.NextEntry < log.Tail.NextEntry ? log.Base.NextEntry.Value : -1;
        Context.Parent.Tell(new Collected(new LedgerStatus
        {
            Group = _environment.Settings.Group,
            Id = _environment.Settings.Id,
            Role = _election is null ? MemberRole.Unknown : StatusMapping.Of(_election.Role),
            Term = _election?.Term.Value ?? 0,
            LeaderId = _election?.Leader,
            LeaderAddress = _members.AddressOf(_election?.Leader),
            FirstIndex = first,
            LastIndex = last,
            CommittedIndex = committed,
            FlushedIndex = _entries?.FlushedNext?.Value - 1 ?? -1,
            Peers = [.. _members.Others.Select(Peer)],
            PendingReads = _reads?.Pending ?? 0,
            HoldsLease = _reads?.HoldsLease ?? false,
            AppliedIndex = _roles.Replica?.AppliedEntry ?? committed,
            Problem = problem ?? _election?.Problem ?? _roles.Replica?.Problem ?? ProblemOfDispatchers(),
            Dropped = _dropped,
        }));
        Context.Stop(Self);
    }

    private PeerStatus Peer(MemberLife member)
    {
        var view = _election?.Peers.FirstOrDefault(peer => peer.Id == member.Id);
        var dispatch = _dispatchers.GetValueOrDefault(member.Id);
        var match = dispatch?.Match.Value ?? -1;
        return new PeerStatus
        {
            Id = member.Id,
            Address = AddressOf(_members, member),
            Reachable = view?.Reachable ?? false,
            State = dispatch?.State ?? PeerState.Idle,
            MatchIndex = match,
            Lag = match < 0 || _log is null ? -1 : Math.Max(0, _log.Tail.Index.Value - match),
            Trusted = view?.Trusted ?? true,
        };
    }

    private string? ProblemOfDispatchers() =>
        _dispatchers.Values.OrderBy(report => report.Peer, StringComparer.Ordinal).FirstOrDefault(report => report.Problem is not null)?.Problem;

    internal sealed record Collected(LedgerStatus Status) : ILocalMessage;
}
