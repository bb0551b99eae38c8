namespace DLedger.Core.Tests.Elections;

/// <summary>
/// One election of member a among a, b, c (or more), on a clock that stands still until told. What it wants done is read as one short line per
/// effect; notes for the log are left out, and read apart.
/// </summary>
internal sealed class ElectionBench
{
    public static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan TimeoutMin = TimeSpan.FromMilliseconds(300);
    public static readonly TimeSpan TimeoutMax = TimeSpan.FromMilliseconds(600);
    public static readonly LogPoint DefaultTail = new(new LogIndex(10), new Term(4));

    private readonly List<ElectionEffect> _effects = [];
    private readonly List<string> _notes = [];
    private readonly List<string> _dropped = [];
    private readonly Dictionary<string, long> _rounds = [];
    private long? _probe;

    public ElectionBench(
        HardState loaded, string peers = "bc", string[]? preferred = null, bool accepts = false, int protocol = ProtocolVersion.Current)
    {
        Members = MembersOf("a" + peers);
        var settings = SettingsOf("a", preferred) with { AcceptsNewPeers = accepts, Protocol = protocol };
        Election = new Election(settings, Members, loaded, Now, () => NextTimeout, () => Nonce, () => Now + Slept);
    }

    /// <summary>The set that is in force all along.</summary>
    public Membership Members { get; }

    public Election Election { get; }

    /// <summary>All members but a.</summary>
    public string[] Peers => [.. Members.Voters.Select(member => member.Id).Where(id => id != "a")];

    /// <summary>How many make a quorum, a included.</summary>
    public int Quorum => Core.Quorum.Of(Members.Voters.Count);

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    /// <summary>What the next draw of a nonce gives.</summary>
    public long Nonce { get; set; } = 7;

    /// <summary>What came in and was dropped.</summary>
    public IReadOnlyList<string> Dropped
    {
        get
        {
            Collect();
            return _dropped;
        }
    }

    /// <summary>What counts of the peers, as told last.</summary>
    public IReadOnlyDictionary<string, PeerStanding> Standings { get; private set; } = new Dictionary<string, PeerStanding>();

    /// <summary>Until when it holds a lease, as told last.</summary>
    public TimeSpan LeaseUntil
    {
        get
        {
            Collect();
            return field;
        }

        private set;
    } = TimeSpan.MinValue;

    /// <summary>How much the clock of leases is ahead of the other one: so long the machine has slept.</summary>
    public TimeSpan Slept { get; set; }

    /// <summary>What the next draw of an election timeout gives.</summary>
    public TimeSpan NextTimeout { get; set; } = TimeSpan.FromMilliseconds(400);

    /// <summary>The state that was last asked to be saved.</summary>
    public HardState? Saving { get; private set; }

    /// <summary>The number of the last probe that was asked for and not answered.</summary>
    public long? Probe => _probe;

    /// <summary>Members that we have met and greeted since they were silent.</summary>
    public List<string> Greeted { get; } = [];

    public static Guid StoreOf(string id, byte folder = 1) => new(id[0], folder, 0, new byte[8]);

    public static ElectionSettings SettingsOf(string self, string[]? preferred = null) =>
        new(self, StoreOf(self), Heartbeat, TimeoutMin, TimeoutMax, preferred ?? [], TimeSpan.FromSeconds(30));

    /// <summary>A stable set of ids of one letter each.</summary>
    public static Membership MembersOf(string ids) => Membership.Of(Listed(ids));

    /// <summary>What is on the disk of a member that has met everybody.</summary>
    public static HardState OnDisk(long term, string? votedFor = null, string peers = "bc", string self = "a") =>
        new(
            new Term(term), votedFor, [.. peers.Select(id => new KnownPeer(id.ToString(), StoreOf(id.ToString()), ConfirmedUs: true))],
            Listed(self + peers));

    /// <summary>A list of ids, one letter each, in order.</summary>
    public static string[] Listed(string ids) => [.. ids.Select(id => id.ToString()).Order(StringComparer.Ordinal)];

    /// <summary>What a member of a group of <paramref name="founders"/> says that has met everybody.</summary>
    public static Greeting GreetingOf(
        string founders, bool isFounded = true, string? known = null, string accepts = "", LogPoint tail = default, LogPoint floor = default,
        MemberLife? instead = null) => new(
        Listed(founders),
        [.. Listed(known ?? founders).Select(id => instead is { } other && other.Id == id ? other : new MemberLife(id, StoreOf(id)))],
        isFounded,
        Listed(accepts),
        tail,
        floor,
        1 << 20,
        64 << 10);

    /// <summary>A new folder whose list is saved, with a log that says that it is empty.</summary>
    public static ElectionBench FirstStart(string peers = "bc")
    {
        var bench = new ElectionBench(HardState.Initial, peers);
        bench.Election.Start();
        bench.Election.Saved();
        bench.Fenced(Term.None, LogPoint.Origin);
        bench.Forget();
        return bench;
    }

    /// <summary>A member answers our question.</summary>
    public void Answers(string peer, Greeting greeting, byte folder = 1, long? nonce = null) =>
        Election.HelloReplied(peer, StoreOf(peer, folder), nonce ?? Nonce, greeting, Now);

    /// <summary>A follower in <paramref name="term"/> that knows no leader, fenced, past the quiet time after its restart.</summary>
    public static ElectionBench Follower(
        long term = 4, string? votedFor = null, LogPoint? tail = null, string peers = "bc", string[]? preferred = null)
    {
        var bench = new ElectionBench(OnDisk(term, votedFor, peers), peers, preferred);
        bench.Election.Start();
        bench.Fenced(new Term(term), tail ?? DefaultTail);
        foreach (var id in bench.Peers) bench.Answers(id, GreetingOf("a" + peers));
        bench.Pass(1_500);
        bench.Election.Tick(bench.Now); // the pause is noticed: the election timeout begins here
        bench.Forget();
        return bench;
    }

    public static ElectionBench FollowerOf(string leader, long term = 4, string peers = "bc")
    {
        var bench = Follower(term, peers: peers);
        bench.Election.HeartbeatArrived(leader, new Term(term), 1, bench.Now);
        bench.Forget();
        return bench;
    }

    public static ElectionBench PreCandidate(long term = 4)
    {
        var bench = Follower(term);
        bench.TimeOut();
        bench.TailIs(DefaultTail);
        bench.Forget();
        return bench;
    }

    /// <summary>A candidate in <paramref name="term"/> whose requests are out.</summary>
    public static ElectionBench Candidate(long term = 5, string peers = "bc", string[]? preferred = null)
    {
        var bench = Follower(term - 1, peers: peers, preferred: preferred);
        bench.TimeOut();
        bench.TailIs(DefaultTail);
        for (var i = 0; i < bench.Quorum - 1; i++)
            bench.Election.PreVoteReplied(bench.Peers[i], new Term(term - 1), new Term(term), granted: true, bench.Now);
        bench.Election.Saved();
        bench.Fenced(new Term(term), DefaultTail);
        bench.Forget();
        return bench;
    }

    public static ElectionBench Leader(long term = 5, string peers = "bc", string[]? preferred = null)
    {
        var bench = Candidate(term, peers, preferred);
        for (var i = 0; i < bench.Quorum - 1; i++)
            bench.Election.VoteReplied(bench.Peers[i], new Term(term), new Term(term), granted: true, bench.Now);
        bench.Forget();
        return bench;
    }

    /// <summary>The log answers a fence.</summary>
    public void Fenced(Term term, LogPoint tail) => Election.Fenced(term, tail, Members);

    /// <summary>The log answers a plain question for its tail.</summary>
    public void TailIs(LogPoint tail) => Election.TailReported(tail, Members, Now);

    public void Pass(TimeSpan time) => Now += time;

    public void Pass(int milliseconds) => Pass(TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>Time passes in the small steps of a running process.</summary>
    public void Run(int milliseconds, Action? eachStep = null)
    {
        for (var step = 0; step < milliseconds; step += 50)
        {
            Pass(50);
            eachStep?.Invoke();
            Election.Tick(Now);
        }
    }

    /// <summary>Ticks until the election timeout is over.</summary>
    public void TimeOut() => Run((int)NextTimeout.TotalMilliseconds);

    /// <summary>The log's owner answers whatever it was probed with.</summary>
    public void LogAnswers()
    {
        Collect();
        if (_probe is { } number) Election.ProbeAnswered(number, Now);
        _probe = null;
    }

    /// <summary>A peer answers the heartbeat that was sent last, and a push.</summary>
    public void Answers(string peer, bool healthy = true)
    {
        Collect();
        if (!_rounds.TryGetValue(peer, out var round)) return;
        Election.HeartbeatReplied(peer, Election.Term, round, healthy, Now);
        Election.BulkHeard(peer, Election.Term, Now);
    }

    public void Forget()
    {
        Did();
        Noted();
    }

    /// <summary>The effects since the last question.</summary>
    public string[] Did()
    {
        Collect();
        string[] lines = [.. _effects.Select(Line)];
        _effects.Clear();
        return lines;
    }

    /// <summary>The lines for the log since the last question.</summary>
    public string[] Noted()
    {
        Collect();
        string[] notes = [.. _notes];
        _notes.Clear();
        return notes;
    }

    /// <summary>The effects since the last question, without what a leader does all the time.</summary>
    public string[] DidRarely() => [.. Did().Where(line => line != "probe" && !line.Contains(": heartbeat ", StringComparison.Ordinal))];

    private void Collect()
    {
        foreach (var effect in Election.TakeEffects())
        {
            if (effect is ElectionEffect.SendHello { Met: true } greeting)
            {
                // A sign of life, sent to whoever is silent: counted, and kept out of the lines.
                Greeted.Add(greeting.To);
                continue;
            }

            if (effect is ElectionEffect.Dropped dropped)
            {
                _dropped.Add(dropped.What);
                continue;
            }

            if (effect is ElectionEffect.Standings standings)
            {
                Standings = standings.Peers;
                continue;
            }

            if (effect is ElectionEffect.LeaseUntil lease)
            {
                // With every heartbeat that is answered: kept out of the lines.
                LeaseUntil = lease.Until;
                continue;
            }

            if (effect is ElectionEffect.Note note)
            {
                _notes.Add(note.Text);
                continue;
            }

            _effects.Add(effect);
            if (effect is ElectionEffect.Save save) Saving = save.State;
            if (effect is ElectionEffect.Probe probe) _probe = probe.Number;
            if (effect is ElectionEffect.SendHeartbeat heartbeat) _rounds[heartbeat.To] = heartbeat.Round;
        }
    }

    private static string Line(ElectionEffect effect) => effect switch
    {
        ElectionEffect.Save save => $"save {save.State.Term} voted {save.State.VotedFor ?? "none"}",
        ElectionEffect.Fence fence => $"fence {fence.Term}",
        ElectionEffect.AskTail => "ask tail",
        ElectionEffect.Lead lead => $"lead {lead.Term} trusting {string.Join("", lead.Trusted.Keys.Order())}",
        ElectionEffect.Follow follow => $"follow {follow.Leader ?? "none"} in {follow.Term}",
        ElectionEffect.SendHello hello => $"{hello.To}: hello",
        ElectionEffect.SendHelloRefused refused => $"{refused.To}: only version {refused.Protocol}",
        ElectionEffect.SendHelloReply reply =>
            $"{reply.To}: knows {string.Join("", reply.Greeting.Known.Select(life => life.Id))}{(reply.Greeting.IsFounded ? ", founded" : "")}",
        ElectionEffect.SendPreVoteRequest request => $"{request.To}: pre-vote? {request.Proposed} with {request.Last}",
        ElectionEffect.SendPreVoteReply reply => $"{reply.To}: pre-vote {reply.Proposed} {Answer(reply.Granted)} in {reply.Term}",
        ElectionEffect.SendVoteRequest request => $"{request.To}: vote? {request.Term} with {request.Last}{(request.Transfer ? " by transfer" : "")}",
        ElectionEffect.SendVoteReply reply => $"{reply.To}: vote {reply.Requested} {Answer(reply.Granted)} in {reply.Term}",
        ElectionEffect.SendHeartbeat heartbeat => $"{heartbeat.To}: heartbeat {heartbeat.Term}",
        ElectionEffect.SendHeartbeatReply reply => $"{reply.To}: heard {reply.Round} in {reply.Term}{(reply.Healthy ? "" : ", ill")}",
        ElectionEffect.SendTimeoutNow timeoutNow => $"{timeoutNow.To}: timeout now in {timeoutNow.Term}",
        ElectionEffect.Probe => "probe",
        ElectionEffect.RoundConfirmed confirmed => $"confirmed {confirmed.Token} in {confirmed.Term}",
        ElectionEffect.HoldAppends hold => $"hold for {hold.For} in {hold.Term}",
        ElectionEffect.ResumeAppends resume => $"resume in {resume.Term}",
        ElectionEffect.AnswerTransfer answer => $"answer {answer.Request}: {Line(answer.Outcome)}",
        ElectionEffect.HandedOver => "handed over",
        ElectionEffect.AskPeerLag ask => $"lag of {ask.Peer}? in {ask.Term}",
        _ => throw new ArgumentOutOfRangeException(nameof(effect), effect, "not shown"),
    };

    private static string Line(TransferOutcome outcome) => outcome switch
    {
        TransferOutcome.Done done => $"{done.Leader} leads in {done.Term}",
        TransferOutcome.NotLeading not => $"{not.Leader ?? "nobody"} leads",
        TransferOutcome.NoSuchMember no => $"no {no.To}",
        TransferOutcome.Failed failed => failed.Reason,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "not shown"),
    };

    private static string Answer(bool granted) => granted ? "granted" : "refused";
}
