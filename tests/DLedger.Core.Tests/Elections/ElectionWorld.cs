using Xunit;

namespace DLedger.Core.Tests.Elections;

/// <summary>
/// A few members on a virtual clock, with disks that take their time, a network that loses, repeats, delays and is cut, and crashes. Checks all along
/// that there is one leader a term, one vote a term, that terms never go back, and that every leader holds what is committed.
/// </summary>
internal sealed class ElectionWorld
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private readonly Random _random;
    private readonly Membership _set;
    private readonly List<WorldMember> _members = [];
    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> _events = new();
    private readonly Dictionary<long, string> _leaders = [];
    private readonly Dictionary<(string Voter, long Term), string> _votes = [];
    private readonly Dictionary<long, int> _committedIn = [];
    private readonly HashSet<(string, string)> _cut = [];
    private long _order;
    private bool _lossy = true;

    public ElectionWorld(int members, int seed, bool firstStart = false)
    {
        _random = new Random(seed);
        var ids = "abcde"[..members];
        _set = ElectionBench.MembersOf(ids);
        foreach (var id in ids)
        {
            var peers = ids.Replace(id.ToString(), "", StringComparison.Ordinal);
            _members.Add(new WorldMember(id.ToString(), firstStart ? HardState.Initial : ElectionBench.OnDisk(0, peers: peers, self: id.ToString())));
        }

        foreach (var member in _members) Start(member);
    }

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    /// <summary>What is known to be committed: a log that a quorum held while its leader led.</summary>
    public long[] Committed { get; private set; } = [];

    public int Leaders => _leaders.Count;

    /// <summary>How often a lease was got or prolonged.</summary>
    public int Leases { get; private set; }

    /// <summary>Anything may happen.</summary>
    public void Walk(TimeSpan time)
    {
        for (var end = Now + time; Now < end;)
        {
            switch (_random.Next(200))
            {
                case 0:
                    Crash(Any());
                    break;
                case 1:
                    Cut();
                    break;
                case 2:
                    _cut.Clear();
                    break;
                case 3:
                    Any().Election.HandOverRequested(Now);
                    break;
                case 4:
                    // The process stands still.
                    Now += TimeSpan.FromMilliseconds(_random.Next(3_000));
                    break;
                case 5:
                    Any().StalledUntil = Now + TimeSpan.FromMilliseconds(_random.Next(1_500));
                    break;
                default:
                    break;
            }

            Pass();
        }
    }

    /// <summary>The network is whole and nobody crashes any more: soon all follow one leader.</summary>
    public WorldMember Heal()
    {
        _cut.Clear();
        _lossy = false;
        for (var end = Now + TimeSpan.FromSeconds(20); Now < end;) Pass();
        var leader = Assert.Single(_members, member => member.Election.Role == Role.Leader);
        Assert.All(_members, member => Assert.Equal((leader.Election.Term, leader.Id), (member.Election.Term, member.Election.Leader)));
        return leader;
    }

    private WorldMember Any() => _members[_random.Next(_members.Count)];

    private void Pass()
    {
        Now += Step;
        while (_events.TryPeek(out _, out var key) && key.At <= Now) _events.Dequeue()();
        foreach (var member in _members)
        {
            if (Now >= member.NextTick)
            {
                member.NextTick = Now + (ElectionBench.Heartbeat / 2);
                member.Election.Tick(Now);
            }

            Run(member);
        }

        Replicate();
    }

    private void Start(WorldMember member)
    {
        member.Incarnation++;
        member.Fence = member.Disk.Term;
        member.Leads = false;
        member.LocalBusyUntil = Now;
        member.LeaseUntil = TimeSpan.MinValue;
        member.Election = new Election(
            ElectionBench.SettingsOf(member.Id),
            _set,
            member.Disk,
            Now,
            () => ElectionBench.TimeoutMin + ((ElectionBench.TimeoutMax - ElectionBench.TimeoutMin) * _random.NextDouble()),
            _random.NextInt64);
        member.Election.Start();
        Run(member);
    }

    private void Crash(WorldMember member)
    {
        // A save under way may be on disk or not.
        if (member.Saving is { } saving && _random.Next(2) == 0) member.Disk = saving;
        member.Saving = null;
        Start(member);
    }

    private void Cut()
    {
        // Links fall one by one and in one direction each: halves, bridges and rings all come up.
        foreach (var from in _members)
            foreach (var to in _members)
                if (_random.Next(3) == 0) _cut.Add((from.Id, to.Id));
    }

    private void Run(WorldMember member)
    {
        foreach (var effect in member.Election.TakeEffects()) Run(member, effect);
        Assert.True(member.Election.Term >= member.HighestTerm, "Terms never go back (Raft 5.1).");
        member.HighestTerm = member.Election.Term;
    }

    private void Run(WorldMember member, ElectionEffect effect)
    {
        switch (effect)
        {
            case ElectionEffect.Save save:
                Assert.Null(member.Saving);
                member.Saving = save.State;
                Later(member, Delay(30), () =>
                {
                    member.Disk = save.State;
                    member.Saving = null;
                    member.Election.Saved();
                });
                break;
            case ElectionEffect.Fence fence:
                Locally(member, () =>
                {
                    if (fence.Term > member.Fence) member.Leads = false;
                    member.Fence = fence.Term > member.Fence ? fence.Term : member.Fence;
                    member.Election.Fenced(fence.Term, member.Last, _set);
                });
                break;
            case ElectionEffect.AskTail:
                Locally(member, () => member.Election.TailReported(member.Last, _set, Now));
                break;
            case ElectionEffect.Probe probe:
                Locally(member, () => member.Election.ProbeAnswered(probe.Number, Now));
                break;
            case ElectionEffect.Lead lead:
                Assert.True(_leaders.TryAdd(lead.Term.Value, member.Id), $"Two leaders in term {lead.Term} (Raft 5.2).");
                Assert.Equal(lead.Term, member.Disk.Term);
                Assert.All(_members, other => Assert.True(
                    other == member || !other.HoldsLease(Now) || other.LeaseTerm > lead.Term,
                    $"{member.Id} leads in {lead.Term} while {other.Id} holds a lease of {other.LeaseTerm} (SAFETY 79)."));
                Locally(member, () =>
                {
                    if (member.Fence != lead.Term) return;
                    Assert.True(
                        HoldsCommittedBefore(lead.Term, member.Log), $"{member.Id} leads in {lead.Term} without all that is committed (Raft 5.4).");
                    member.Leads = true;
                    member.Log = [.. member.Log, lead.Term.Value];
                });
                break;
            case ElectionEffect.Follow follow:
                Locally(member, () =>
                {
                    Assert.True(follow.Term <= member.Fence, "A term is fenced before it is followed.");
                    if (follow.Term == member.Fence) member.Leads = false;
                });
                break;
            case ElectionEffect.LeaseUntil lease:
                Assert.Equal(member.Election.Term, lease.Term);
                (member.LeaseTerm, member.LeaseUntil) = (lease.Term, lease.Until);
                if (lease.Until > Now) Leases++;
                break;
            case ElectionEffect.HoldAppends hold:
                Locally(member, () =>
                {
                    member.GaveUpLeaseIn = hold.Term;
                    member.Election.TransferReady(hold.Term, hold.For, Now);
                });
                break;
            case ElectionEffect.SendHello hello:
                Send(member, hello.To, it => it.HelloArrived(member.Id, hello.Nonce, Now), isGreeting: true);
                break;
            case ElectionEffect.SendHelloReply reply:
                Send(
                    member, reply.To, it => it.HelloReplied(member.Id, ElectionBench.StoreOf(member.Id), reply.Nonce, reply.Greeting, Now),
                    isGreeting: true);
                break;
            case ElectionEffect.SendPreVoteRequest request:
                Send(member, request.To, it => it.PreVoteRequested(member.Id, request.Proposed, request.Last, Now));
                break;
            case ElectionEffect.SendPreVoteReply reply:
                Send(member, reply.To, it => it.PreVoteReplied(member.Id, reply.Term, reply.Proposed, reply.Granted, Now));
                break;
            case ElectionEffect.SendVoteRequest request:
                Vote(member.Id, request.Term, member.Id);
                Send(member, request.To, it => it.VoteRequested(member.Id, request.Term, request.Last, request.Transfer, Now));
                break;
            case ElectionEffect.SendVoteReply reply:
                if (reply.Granted) Vote(member.Id, reply.Requested, reply.To);
                Assert.True(
                    !reply.Granted || (member.Disk.Term == reply.Requested && member.Disk.VotedFor == reply.To),
                    "Saved before it is said (SAFETY 1).");
                Send(member, reply.To, it => it.VoteReplied(member.Id, reply.Term, reply.Requested, reply.Granted, Now));
                break;
            case ElectionEffect.SendHeartbeat heartbeat:
                Send(member, heartbeat.To, it => it.HeartbeatArrived(member.Id, heartbeat.Term, heartbeat.Round, Now));
                break;
            case ElectionEffect.SendHeartbeatReply reply:
                Send(member, reply.To, it => it.HeartbeatReplied(member.Id, reply.Term, reply.Round, reply.Healthy, Now));
                // A push is answered whenever a heartbeat is, on the same links.
                Send(member, reply.To, it => it.BulkHeard(member.Id, reply.Term, Now));
                break;
            case ElectionEffect.SendTimeoutNow timeoutNow:
                Send(member, timeoutNow.To, it => it.TimeoutNowArrived(member.Id, timeoutNow.Term, Now));
                break;
            default:
                break;
        }
    }

    private void Vote(string voter, Term term, string candidate)
    {
        if (!_votes.TryAdd((voter, term.Value), candidate)) Assert.Equal(candidate, _votes[(voter, term.Value)]);
    }

    /// <summary>Leaders append, and copy their logs to members that are fenced in their term. What a quorum then holds is committed.</summary>
    private void Replicate()
    {
        foreach (var leader in _members.Where(member => member.Leads))
        {
            if (_random.Next(4) == 0) leader.Log = [.. leader.Log, leader.Fence.Value];
            var holders = 1;
            foreach (var peer in _members)
            {
                if (peer == leader || peer.Fence != leader.Fence || _cut.Contains((leader.Id, peer.Id))) continue;
                if (_random.Next(3) == 0) peer.Log = leader.Log;
                if (peer.Log == leader.Log) holders++; // the very same copy
            }

            if (holders < Quorum.Of(_members.Count) || leader.Log.Length <= Committed.Length) continue;
            Assert.True(HoldsCommitted(leader.Log), "What is committed never changes (Raft 5.3).");
            Committed = leader.Log;
            _committedIn[leader.Fence.Value] = leader.Log.Length;
        }
    }

    public bool HoldsCommitted(long[] log) => log.AsSpan().StartsWith(Committed);

    /// <summary>
    /// What was committed by leaders of earlier terms: one that wins late, behind the back of a later leader, need not hold what that one committed.
    /// </summary>
    private bool HoldsCommittedBefore(Term term, long[] log)
    {
        var length = 0;
        foreach (var (committer, committed) in _committedIn)
            if (committer < term.Value) length = Math.Max(length, committed);
        return log.AsSpan().StartsWith(Committed.AsSpan(0, length));
    }

    private void Send(WorldMember from, string to, Action<Election> deliver, bool isGreeting = false)
    {
        if (_cut.Contains((from.Id, to))) return;
        var copies = !_lossy ? 1 : _random.Next(10) switch { 0 => 0, 1 => 2, _ => 1 };
        var target = _members.Single(member => member.Id == to);
        for (var i = 0; i < copies; i++)
        {
            // Some come very late.
            var delay = _lossy && _random.Next(50) == 0 ? Delay(2_000) : Delay(40);
            At(Now + delay, () =>
            {
                // As the Elector does: what does not count only makes it ask.
                var store = ElectionBench.StoreOf(from.Id);
                if (isGreeting || target.Election.IsTrusted(from.Id, store)) deliver(target.Election);
                else target.Election.UntrustedHeard(from.Id, store, Now);
                Run(target);
            });
        }
    }

    /// <summary>By way of the log's owner: one after the other.</summary>
    private void Locally(WorldMember member, Action act)
    {
        var from = member.StalledUntil > Now ? member.StalledUntil : Now;
        member.LocalBusyUntil = (member.LocalBusyUntil > from ? member.LocalBusyUntil : from) + Delay(5);
        Later(member, member.LocalBusyUntil - Now, act);
    }

    /// <summary>Unless the member has crashed by then.</summary>
    private void Later(WorldMember member, TimeSpan delay, Action act)
    {
        var incarnation = member.Incarnation;
        At(Now + delay, () =>
        {
            if (member.Incarnation != incarnation) return;
            act();
            Run(member);
        });
    }

    private void At(TimeSpan at, Action act) => _events.Enqueue(act, (at, _order++));

    private TimeSpan Delay(int millisecondsMax) => TimeSpan.FromMilliseconds(_random.Next(millisecondsMax + 1));
}
