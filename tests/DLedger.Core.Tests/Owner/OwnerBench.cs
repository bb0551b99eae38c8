using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Owner;

/// <summary>The owner of n1's log in a group of three, over a log that does as it is told; what it has done for it, in words and in order.</summary>
internal sealed class OwnerBench : ILogOwnerActions<string>
{
    public const string Self = "n1";
    public const int BatchBytesMax = 200;
    public const int EntriesMax = 8;

    private static readonly Dictionary<string, Guid> s_trusted = new() { ["n0"] = new Guid(1, 0, 0, new byte[8]) };

    private List<string> _done = [];

    /// <param name="saved">The term of the hard state.</param>
    public OwnerBench(long saved = 0, params Batch[] log)
        : this(hasStateMachine: false, saved, log)
    {
    }

    private OwnerBench(bool hasStateMachine, long saved, Batch[] log)
    {
        foreach (var batch in log) Writer.TryAppend(batch, out _);
        Owner = new LogOwner<string>(
            Self,
            Writer,
            T(saved),
            Membership.Of(["n0", Self, "n2"]),
            new LeaderLogSettings(new IntakeSettings(1_000, BatchBytesMax, EntriesMax, 500), TimeSpan.FromSeconds(5))
            {
                CountsUntilApplied = hasStateMachine,
            },
            this);
    }

    public static OwnerBench WithStateMachine(long saved, params Batch[] log) => new(hasStateMachine: true, saved, log);

    public ScriptedWriter Writer { get; } = new();

    public LogOwner<string> Owner { get; }

    /// <summary>The clients of each batch, with their deadlines.</summary>
    public List<AppendIntake<string>.Accepted> Clients { get; } = [];

    /// <summary>What was done since the last question.</summary>
    public IReadOnlyList<string> Done()
    {
        var done = _done;
        _done = [];
        return done;
    }

    /// <summary>Leads in this term, with the no-op in the log; what was done for that is forgotten.</summary>
    public OwnerBench Leading(long term)
    {
        Owner.Fence(T(term));
        Owner.Lead(T(term), s_trusted, TimeSpan.Zero);
        Done();
        return this;
    }

    /// <summary>Follows this leader; what was done for that is forgotten.</summary>
    public OwnerBench Following(long term, string? leader)
    {
        Owner.Fence(T(term));
        Owner.Follow(T(term), leader);
        Done();
        return this;
    }

    public void Lead(long term) => Owner.Lead(T(term), s_trusted, TimeSpan.Zero);

    public AppendVerdict Append(string client, int bytes = 1) => Owner.Append(client, new byte[bytes], TimeSpan.Zero);

    public AppendVerdict AppendMany(string client, int count, StreamPlace? place = null) =>
        Owner.AppendMany(client, [.. Enumerable.Repeat((ReadOnlyMemory<byte>)new byte[1], count)], place, TimeSpan.Zero);

    public void Flush() => Owner.FlushCompleted(Writer.End, TimeSpan.Zero);

    void ILogOwnerActions<string>.Leading(Term term, LogIndex firstOfTerm, IReadOnlyDictionary<string, Guid> trusted) =>
        _done.Add($"leading in {term} from {firstOfTerm}, trusting {string.Join(", ", trusted.Keys)}");

    void ILogOwnerActions<string>.Following(Term term, string? leader) => _done.Add($"following {leader ?? "nobody"} in {term}");

    void ILogOwnerActions<string>.Fenced(Term term, LogPoint tail, Membership members) => _done.Add($"fenced at {term}, tail {tail}, set {members}");

    void ILogOwnerActions<string>.HigherTermSeen(Term term) => _done.Add($"higher term {term}");

    void ILogOwnerActions<string>.BaseMoved(Tail newBase) => _done.Add($"base moved to {newBase}");

    void ILogOwnerActions<string>.HealthIs(bool healthy) => _done.Add(healthy ? "healthy" : "not healthy");

    void ILeaderLogActions<string>.Appended(Term term, Batch batch, IReadOnlyList<AppendIntake<string>.Accepted> clients)
    {
        Clients.AddRange(clients);
        _done.Add($"appended {batch.Kind} {batch.Point}{string.Concat(clients.Select(client => $" {client.Client}:{client.Count}"))}");
    }

    void ILeaderLogActions<string>.Handed(Term term, Batch batch) => _done.Add($"handed {batch.Point}");

    void ILeaderLogActions<string>.OwnAck(Term term, LogIndex flushed) => _done.Add($"own ack of {flushed} in {term}");

    void ILeaderLogActions<string>.CloseBatchLater(Term term) => _done.Add($"close later in {term}");

    void ILeaderLogActions<string>.AwaitCaughtUp(Term term, string peer, LogIndex upTo) => _done.Add($"await {peer} at {upTo} in {term}");

    void ILeaderLogActions<string>.Resumed(Term term) => _done.Add($"resumed in {term}");

    void ILeaderLogActions<string>.Reject(string client, AppendVerdict why) => _done.Add($"reject {client}: {why}");

    void ILeaderLogActions<string>.Unknown(string client) => _done.Add($"unknown {client}");

    void IFollowerLogActions.Ack(string leader, Term term, LogIndex flushed) => _done.Add($"ack {flushed} in {term} to {leader}");

    void IFollowerLogActions.Refuse(string leader, Term term, long round, LogPoint tail) =>
        _done.Add($"refuse round {round} in {term} to {leader}, tail {tail}");

    void IFollowerLogActions.AnswerCompare(string leader, Term term, long round, LogPoint? match, Tail logBase, LogPoint tail) =>
        _done.Add($"compared round {round} in {term} to {leader}: match {match}, base {logBase.Point}, tail {tail}");

    void IFollowerLogActions.AnswerTruncate(string leader, Term term, long round, bool done, LogPoint tail) =>
        _done.Add($"truncated round {round} in {term} to {leader}: {done}, tail {tail}");

    void IFollowerLogActions.AnswerInstall(string leader, Term term, long round, Tail newBase) =>
        _done.Add($"installed round {round} in {term} to {leader}: {newBase.Point}");

    void IFollowerLogActions.Committed(LogIndex upTo) => _done.Add($"committed {upTo}");

    void IFollowerLogActions.Drop(string what) => _done.Add($"drop {what}");
}
