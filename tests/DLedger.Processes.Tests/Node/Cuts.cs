namespace DLedger.Processes.Tests;

/// <summary>Which members this process cannot reach, or hear, at the moment. Static because Akka makes the transports that ask.</summary>
internal static class Cuts
{
    private static volatile State _state = new([], []);
    private static Dictionary<int, string> _idByPort = [];

    private static volatile int _generation;

    /// <summary>Grows with each <see cref="MuteConnections"/>; a connection remembers the one that it was made in.</summary>
    public static int Generation => _generation;

    /// <summary>From now on no message goes out to members on the connections that there are; new ones are as good as ever.</summary>
    public static void MuteConnections() => Interlocked.Increment(ref _generation);

    /// <summary>Members are told apart by their ports: a test's members all live on one host.</summary>
    public static void Learn(IReadOnlyList<Member> members)
    {
        var ids = new Dictionary<int, string>();
        foreach (var member in members)
        {
            ids[member.Port] = member.Id;
            ids[member.BulkPort] = member.Id;
        }

        _idByPort = ids;
    }

    public static void Set(IEnumerable<string> to, IEnumerable<string> from) => _state = new State([.. to], [.. from]);

    /// <summary>Null for whoever is no member, such as a client.</summary>
    public static string? MemberAt(int? port) => port is { } known && _idByPort.TryGetValue(known, out var id) ? id : null;

    public static bool DropsTo(string? id) => id is not null && _state.To.Contains(id);

    /// <summary>TCP needs both directions to make a connection.</summary>
    public static bool PreventsConnection(string? id) => id is not null && (_state.To.Contains(id) || _state.From.Contains(id));

    private sealed record State(HashSet<string> To, HashSet<string> From);
}
