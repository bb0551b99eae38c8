namespace DLedger.Simulation;

/// <summary>What a run contained, counted: a search that never meets a torn write proves nothing about torn writes.</summary>
internal sealed class Tally
{
    public const string Elections = "elections";
    public const string DisputedElections = "disputed elections";
    public const string Crashes = "crashes";
    public const string Restarts = "restarts";
    public const string CleanStops = "clean stops";
    public const string Truncations = "truncations";
    public const string LostWrites = "lost writes";
    public const string TornWrites = "torn writes";
    public const string Pauses = "pauses";
    public const string Wipes = "wiped members";
    public const string Cuts = "network cuts";
    public const string StalledDisks = "stalled disks";
    public const string SlowLogs = "slow spells of a log";
    public const string FailedDisks = "failed disks";
    public const string FullDisks = "full disks";
    public const string Transfers = "transfers asked for";
    public const string LostMessages = "lost messages";
    public const string Commits = "batches committed";
    public const string Acked = "entries acked";
    public const string Unknown = "appends unknown";
    public const string Rejected = "appends rejected";
    public const string Reads = "reads";

    /// <summary>In the order of the table.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        Elections, DisputedElections, Crashes, Restarts, CleanStops, Truncations, LostWrites, TornWrites, Pauses, Wipes, Cuts, StalledDisks, SlowLogs,
        FailedDisks, FullDisks, Transfers,
        LostMessages, Commits, Acked, Unknown, Rejected, Reads,
    ];

    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, long> Counts => _counts;

    public long this[string name] => _counts.GetValueOrDefault(name);

    public void Add(string name, long count = 1)
    {
        if (count > 0) _counts[name] = _counts.GetValueOrDefault(name) + count;
    }
}
