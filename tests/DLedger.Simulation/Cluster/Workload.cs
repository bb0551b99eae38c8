using System.Globalization;
using System.Text;
using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>
/// Clients of a cluster: append bodies of which no two are the same, read, and check every answer against <see cref="CommittedLog"/>, at the moment it is given.
/// </summary>
internal sealed class Workload
{
    private readonly LedgerCluster _cluster;
    private readonly WorldRandom _random;
    private readonly List<Request> _requests = [];
    private readonly HashSet<string> _issued = new(StringComparer.Ordinal);
    private readonly HashSet<string> _rejected = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, string> _acked = [];
    private string? _leader;
    private long _highestAcked = -1;
    private long _bodies;

    public Workload(LedgerCluster cluster)
    {
        _cluster = cluster;
        _random = cluster.World.Random.Fork("workload");
    }

    public int Requests => _requests.Count;

    public int Acked => _acked.Count;

    public int Reads { get; private set; }

    public int Unknown { get; private set; }

    public int Rejected => _rejected.Count;

    public bool IsRunning { get; private set; }

    /// <summary>The time between two requests.</summary>
    public TimeSpan Pace { get; set; } = TimeSpan.FromMilliseconds(8);

    /// <summary>Keeps asking until <see cref="Stop"/>.</summary>
    public void Start()
    {
        IsRunning = true;
        _cluster.World.After(_random.Between(TimeSpan.Zero, Pace * 2), "client", () =>
        {
            if (!IsRunning) return;
            AskOne();
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
        var request = new Request(_requests.Count, node, _cluster.Sim.Node(node).Incarnation, message, _highestAcked, _cluster.World.Now);
        _requests.Add(request);
        var client = new AnswerRef(
            _cluster.Sim.Node(node).System!,
            request.Number.ToString(CultureInfo.InvariantCulture),
            answer => _cluster.Safety.Check(() => OnAnswer(request, answer)));
        _cluster.GroupOn(node).Tell(message, client);
        return request;
    }

    public Append NextAppend() => new(NextBody());

    /// <summary>
    /// At the end: whoever asked a member that has lived since has its answer; what was acked is there, what was rejected is not, nothing is there twice.
    /// </summary>
    public void CheckEnd()
    {
        foreach (var request in _requests)
        {
            var lives = _cluster.Sim.Node(request.Node).IsUp && _cluster.Sim.Node(request.Node).Incarnation == request.Incarnation;
            Invariant.Holds(!lives || request.Answer is not null, $"Nobody answered {request}.");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var expected = EntryIndex.Zero;
        foreach (var (index, bytes) in _cluster.Safety.Committed.Entries())
        {
            var body = Encoding.UTF8.GetString(bytes.Span);
            Invariant.Holds(index == expected, $"Entry {index} stands where {expected} should: indexes are dense.");
            Invariant.Holds(_issued.Contains(body), $"Entry {index} holds '{body}', which nobody appended.");
            Invariant.Holds(!_rejected.Contains(body), $"Entry {index} holds '{body}', which was rejected.");
            Invariant.Holds(seen.Add(body), $"Entry {index} holds '{body}' a second time.");
            if (_acked.TryGetValue(index.Value, out var acked)) Invariant.Holds(acked == body, $"Entry {index} holds '{body}', acked was '{acked}'.");
            expected = expected.Plus(1);
        }

        Invariant.Holds(_highestAcked < expected.Value, $"Entry {_highestAcked} was acked, and the log ends before {expected}.");
    }

    private void AskOne()
    {
        var kind = _random.Next(20);
        object message = kind switch
        {
            < 11 => NextAppend(),
            < 14 => new AppendMany([.. Enumerable.Range(0, _random.Next(1, 6)).Select(_ => NextBody())]),
            < 17 => new Read(NextPlace(), _random.Next(1, 20)),
            < 19 => new Read(NextPlace(), _random.Next(1, 20), Mode: ReadMode.Local),
            _ => new GetStatus(),
        };
        Ask(message, message is Read { Mode: ReadMode.Local } or GetStatus ? _random.Pick(_cluster.Sim.Ids) : null);
    }

    private long NextPlace() => _random.NextInt64(Math.Max(0, _highestAcked - 20), _highestAcked + 3);

    private ReadOnlyMemory<byte> NextBody()
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{_bodies++}:{new string('x', _random.Next(60))}");
        _issued.Add(text);
        return Encoding.UTF8.GetBytes(text);
    }

    private void OnAnswer(Request request, object answer)
    {
        Invariant.Holds(request.Answer is null, $"{request} is answered twice: {request.Answer} and {answer}.");
        request.Answer = answer;
        switch (answer)
        {
            case AppendResult.Committed committed:
                OnCommitted(request, committed);
                break;
            case AppendResult.Rejected rejected:
                foreach (var body in BodiesOf(request)) _rejected.Add(body);
                Follow(rejected.LeaderAddress);
                break;
            case AppendResult.Unknown:
                Unknown++;
                break;
            case ReadResult.Entries entries:
                OnEntries(request, (Read)request.Message, entries);
                break;
            case ReadResult.OutOfRange range:
                OnOutOfRange(request, (Read)request.Message, range);
                break;
            case ReadResult.Rejected rejected:
                Follow(rejected.LeaderAddress);
                break;
            case LedgerStatus or TransferResult:
                break;
            default:
                Invariant.Holds(false, $"{request} is answered by {answer}.");
                break;
        }
    }

    private void OnCommitted(Request request, AppendResult.Committed committed)
    {
        _leader = request.Node;
        string[] bodies = [.. BodiesOf(request)];
        Invariant.Holds(committed.Count == bodies.Length, $"{request} of {bodies.Length} entries is answered by {committed}.");
        Invariant.Holds(committed.Index > request.AckedBefore, $"{request} got {committed}, and {request.AckedBefore} was acked before it was asked.");
        ClaimEntry(request.Node, committed.Index + committed.Count - 1);
        for (var i = 0; i < bodies.Length; i++)
        {
            Invariant.Holds(BodyAt(committed.Index + i) == bodies[i], $"{request} got {committed}, where '{BodyAt(committed.Index + i)}' stands instead of '{bodies[i]}'.");
            Invariant.Holds(_acked.TryAdd(committed.Index + i, bodies[i]), $"{request} got {committed}, which another one has.");
        }

        _highestAcked = Math.Max(_highestAcked, committed.Index + committed.Count - 1);
    }

    private void OnEntries(Request request, Read read, ReadResult.Entries entries)
    {
        Reads++;
        ClaimEntry(request.Node, entries.CommittedIndex);
        Invariant.Holds(entries.Items.Count > 0 && entries.Items.Count <= read.Count, $"{request} got {entries.Items.Count} entries.");
        for (var i = 0; i < entries.Items.Count; i++)
        {
            var item = entries.Items[i];
            Invariant.Holds(item.Index == read.From + i, $"{request} from {read.From} got entry {item.Index} in place {i}.");
            var text = Encoding.UTF8.GetString(item.Body.Span);
            Invariant.Holds(BodyAt(item.Index) == text, $"{request} got '{text}' for entry {item.Index}, which is '{BodyAt(item.Index)}'.");
        }

        CheckFresh(request, read, entries.CommittedIndex);
    }

    private void OnOutOfRange(Request request, Read read, ReadResult.OutOfRange range)
    {
        if (range.CommittedIndex >= 0) ClaimEntry(request.Node, range.CommittedIndex);
        Invariant.Holds(
            read.From > range.CommittedIndex || read.From < range.FirstIndex || range.FirstIndex < 0,
            $"{request} from {read.From} is out of range, which is {range.FirstIndex} to {range.CommittedIndex}.");
        CheckFresh(request, read, range.CommittedIndex);
    }

    private static void CheckFresh(Request request, Read read, long committed) => Invariant.Holds(
        read.Mode == ReadMode.Local || committed >= request.AckedBefore,
        $"{request} is stale: it saw {committed}, and {request.AckedBefore} was acked before it was asked.");

    /// <summary>A member shows that it takes an entry for committed.</summary>
    private void ClaimEntry(string node, long entry)
    {
        var disk = _cluster.Sim.Disk(node);
        if (entry < disk.BaseOf(LedgerCluster.Group).NextEntry.Value) return;
        var batch = disk.BatchHolding(LedgerCluster.Group, new EntryIndex(entry));
        Invariant.Holds(batch is not null, $"{node} takes entry {entry} for committed and does not have it.");
        _cluster.Safety.Committed.Claim(node, batch.Index);
    }

    private string? BodyAt(long entry) => _cluster.Safety.Committed.BodyAt(new EntryIndex(entry)) is { } body ? Encoding.UTF8.GetString(body.Span) : null;

    private void Follow(string? address) =>
        _leader = address is null ? null : _cluster.Sim.Ids[int.Parse(address[(address.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture) - LedgerCluster.FirstPort];

    private static IEnumerable<string> BodiesOf(Request request) => request.Message switch
    {
        Append append => [Encoding.UTF8.GetString(append.Body.Span)],
        AppendMany many => many.Bodies.Select(body => Encoding.UTF8.GetString(body.Span)),
        _ => [],
    };
}
