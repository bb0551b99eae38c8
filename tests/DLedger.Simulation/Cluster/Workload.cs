using System.Globalization;
using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>
/// Clients of a cluster, any number at a time: append bodies of which no two are the same, read, and have every answer checked at the moment it is
/// given.
/// </summary>
internal sealed class Workload
{
    // Who is refused again and again asks less often, like any client with sense.
    private const int RefusalsBeforeBackOff = 5;
    private static readonly TimeSpan s_backOff = TimeSpan.FromMilliseconds(40);

    private readonly LedgerCluster _cluster;
    private readonly WorldRandom _random;
    private readonly List<Request> _requests = [];
    private string? _leader;
    private int _refusedInRow;

    public Workload(LedgerCluster cluster)
    {
        _cluster = cluster;
        _random = cluster.World.Random.Fork("workload");
    }

    public int Requests => _requests.Count;

    public int Acked => Oracle.Acked;

    public int Reads { get; private set; }

    public int Unknown { get; private set; }

    public int Rejected { get; private set; }

    public bool IsRunning { get; private set; }

    /// <summary>The time between two requests.</summary>
    public TimeSpan Pace { get; set; } = TimeSpan.FromMilliseconds(8);

    /// <summary>When clients are silent: an idle group must do all it owes without being asked.</summary>
    public Func<bool>? IsIdle { get; set; }

    private ClientOracle Oracle => _cluster.Safety.Clients;

    /// <summary>Keeps asking until <see cref="Stop"/>.</summary>
    public void Start()
    {
        IsRunning = true;
        var most = _refusedInRow > RefusalsBeforeBackOff && Pace < s_backOff ? s_backOff : Pace * 2;
        _cluster.World.After(_random.Between(TimeSpan.Zero, most), "client", () =>
        {
            if (!IsRunning) return;
            if (IsIdle?.Invoke() != true) AskOne();
            Start();
        });
    }

    public void Stop() => IsRunning = false;

    /// <summary>Asks a member that is up; null when none is.</summary>
    public Request? Ask(object message, string? node = null)
    {
        string[] up = [.. _cluster.Sim.Ids.Where(_cluster.IsStarted)];
        if (up.Length == 0) return null;
        node ??= _leader is { } leader && up.Contains(leader) && _random.Chance(0.9) ? leader : _random.Pick(up);
        if (!up.Contains(node)) return null;
        var number = _requests.Count;
        var request = new Request(number, node, _cluster.Sim.Node(node).Incarnation, message, Oracle.Shown, _cluster.World.Now);
        _requests.Add(request);
        _cluster.Safety.Asked(request);
        var client = new AnswerRef(
            _cluster.Sim.Node(node).System!,
            request.Number.ToString(CultureInfo.InvariantCulture),
            answer => _cluster.Safety.Check(() => OnAnswer(request, answer)));
        _cluster.GroupOn(node).Tell(message is DLedgerMessage ours ? ours.WithRequestId(IdOf(request)) : message, client);
        return request;
    }

    public Append NextAppend() => new(NextBody());

    public Execute NextExecute() => new(NextBody());

    /// <summary>At the end: whoever asked a member that has lived since has its answer, and what was acked is there.</summary>
    public void CheckEnd()
    {
        foreach (var request in _requests)
        {
            var lives = _cluster.Sim.Node(request.Node).IsUp && _cluster.Sim.Node(request.Node).Incarnation == request.Incarnation;
            Invariant.Holds(!lives || request.Answer is not null, $"A client waits for ever: nobody answered {request}.");
        }

        Oracle.CheckEnd();
    }

    private void AskOne()
    {
        var kind = _random.Next(20);
        object message = kind switch
        {
            < 11 => _cluster.StateMachine is not null && _random.Chance(0.7) ? NextExecute() : NextAppend(),
            < 14 =>
                new AppendMany(
                    [.. Enumerable.Range(0, _random.Next(1, 6)).Select(_ => NextBody())]) { WantsReplies = _cluster.StateMachine is not null },
            < 16 when _cluster.StateMachine is not null => new Query(ReadOnlyMemory<byte>.Empty, NextMode()),
            < 19 => new Read(NextPlace(), _random.Next(1, 20), mode: NextMode()),
            _ => _requests.Count % 2 == 0 ? new GetStatus() : new GetCommitPosition(NextMode()),
        };
        // Any member serves any read.
        Ask(message, message is Append or AppendMany or Execute || _random.Chance(0.4) ? null : _random.Pick(_cluster.Sim.Ids));
    }

    private ReadMode NextMode() => _random.Next(4) switch
    {
        0 => ReadMode.Local,
        1 => ReadMode.Lease,
        // What has been shown to anybody comes to every member some time; what has not may never.
        2 when Oracle.Shown >= 0 => ReadMode.AtLeast(Oracle.Shown),
        _ => ReadMode.Linearizable,
    };

    private static long IdOf(Request request) => request.Number + 1;

    private long NextPlace() => _random.NextInt64(Math.Max(0, Oracle.Shown - 20), Oracle.Shown + 3);

    private ReadOnlyMemory<byte> NextBody() => Oracle.NewBody(new string('x', _random.Next(60)));

    private void OnAnswer(Request request, object answer)
    {
        Invariant.Holds(
            answer is DLedgerMessage { RequestId: var id } && id == IdOf(request), $"{request} is answered by {answer}, which is for another one.");
        answer = ((DLedgerMessage)answer).WithRequestId(0);
        Invariant.Holds(request.Answer is null, $"A client answered twice: {request} by {request.Answer} and {answer}.");
        request.Answer = answer;
        switch (answer)
        {
            case AppendResult.Committed committed:
                _leader = request.Node;
                _refusedInRow = 0;
                ClaimEntry(request.Node, committed.Index + committed.Count - 1);
                Oracle.Answered(request, committed);
                break;
            case AppendResult.Applied applied:
                _leader = request.Node;
                _refusedInRow = 0;
                ClaimEntry(request.Node, applied.Index + applied.Replies.Count - 1);
                Oracle.Answered(request, new AppendResult.Committed(applied.Index, applied.Replies.Count, applied.Term));
                _cluster.Safety.Replicas?.Answered(request, applied);
                break;
            case QueryResult.Answer answered:
                Reads++;
                _cluster.Safety.Replicas?.Answered(request, answered);
                Oracle.Answered(request, (Query)request.Message, answered);
                break;
            case QueryResult.Rejected rejected:
                Refused(rejected.LeaderAddress);
                break;
            case AppendResult.Rejected rejected:
                Rejected += request.Bodies.Count;
                Refused(rejected.LeaderAddress);
                Oracle.Answered(request, rejected);
                break;
            case AppendResult.Unknown:
                Unknown += request.Bodies.Count;
                break;
            case ReadResult.Entries entries:
                Reads++;
                ClaimEntry(request.Node, entries.CommittedIndex);
                Oracle.Answered(request, (Read)request.Message, entries);
                break;
            case ReadResult.OutOfRange range:
                if (range.CommittedIndex >= 0) ClaimEntry(request.Node, range.CommittedIndex);
                Oracle.Answered(request, (Read)request.Message, range);
                break;
            case ReadResult.Rejected rejected:
                Refused(rejected.LeaderAddress);
                break;
            case CommitPositionResult.Position position:
                if (position.CommittedIndex >= 0) ClaimEntry(request.Node, position.CommittedIndex);
                Oracle.Answered(request, (GetCommitPosition)request.Message, position);
                break;
            case CommitPositionResult.Rejected rejected:
                Refused(rejected.LeaderAddress);
                break;
            case LedgerStatus or TransferResult:
                break;
            default:
                Invariant.Holds(false, $"{request} is answered by {answer}.");
                break;
        }
    }

    /// <summary>A member shows that it takes an entry for committed.</summary>
    private void ClaimEntry(string node, long entry)
    {
        var disk = _cluster.Sim.Disk(node);
        if (entry < disk.BaseOf(LedgerCluster.Group).NextEntry.Value) return;
        var batch = disk.BatchHolding(LedgerCluster.Group, new EntryIndex(entry));
        Invariant.Holds(batch is not null, $"{node} takes entry {entry} for committed and does not have it.");
        _cluster.Safety.Committed.Claim(node, batch.Index);
    }

    private void Refused(string? leaderAddress)
    {
        _refusedInRow++;
        _leader = leaderAddress is null
            ? null
            : _cluster.Sim.Ids[int.Parse(leaderAddress[(leaderAddress.LastIndexOf(':') + 1)..],
                CultureInfo.InvariantCulture) - LedgerCluster.FirstPort];
    }
}
