namespace DLedger.Compare;

/// <summary>Who takes part.</summary>
/// <param name="Name">On the command line and in results.</param>
/// <param name="AckMeans">What has happened when an append is acknowledged.</param>
/// <param name="IsOurs">Whether it is this project.</param>
/// <param name="StartServers">Starts its server processes in a fresh folder; they need not be ready yet.</param>
/// <param name="ConnectAsync">In the load process: waits for a leader, and makes members too when there are no servers.</param>
internal sealed record Contender(
    string Name,
    string AckMeans,
    bool IsOurs,
    Func<string, ServerProcesses> StartServers,
    Func<LoadPlan, CancellationToken, Task<IContender>> ConnectAsync)
{
    private const string Synced = "on disk on a quorum (fdatasync)";

    public static Contender Embedded { get; } = new(
        "embedded", Synced + "; three members in the load's process, appended at the leader's", true, NoServers, EmbeddedContender.ConnectAsync);

    public static Contender Remote { get; } = new(
        "remote", Synced + "; three members in one process, the client in another", true, MembersProcess.Start, ClientContender.ConnectAsync);

    public static Contender Servers { get; } = new(
        "servers", Synced + "; three server processes, and the client's", true, HostProcesses.Start, ClientContender.ConnectAsync);

    public static Contender DotNext { get; } = new(
        "dotnext", "on the leader's disk, in a follower's memory; three nodes in the load's process", false, NoServers, (plan, stop) =>
            DotNextContender.ConnectAsync(plan, synced: false, stop));

    public static Contender DotNextSynced { get; } = new(
        "dotnext-synced", "on disk on a quorum (O_SYNC); three nodes in the load's process", false, NoServers, (plan, stop) =>
            DotNextContender.ConnectAsync(plan, synced: true, stop));

    public static Contender Nats { get; } = new(
        "nats", "written on a quorum, not synced (JetStream R3, sync every 2 min); three server processes", false, NatsProcesses.Start,
        NatsContender.ConnectAsync);

    public static Contender Etcd { get; } = new(
        "etcd", "on disk on a quorum (fdatasync); three server processes", false, EtcdProcesses.Start, EtcdContender.ConnectAsync);

    public static IReadOnlyList<Contender> All { get; } = [Embedded, Remote, Servers, DotNextSynced, DotNext, Nats, Etcd];

    public static Contender? Find(string name) => All.FirstOrDefault(contender => contender.Name == name);

    private static ServerProcesses NoServers(string folder) => ServerProcesses.None;
}
