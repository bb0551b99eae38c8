using System.Globalization;

namespace DLedger.Compare;

/// <summary>
/// Three etcd servers with their defaults (snapshot-count 100 000, heartbeat 100 ms, election 1 s), but for two limits that a run would reach: the
/// size of the database and of a request.
/// </summary>
internal static class EtcdProcesses
{
    private const int Count = 3;
    private const long QuotaBytes = 64L << 30;
    private const long RequestBytesMax = 64L << 20;

    public static ServerProcesses Start(string folder)
    {
        var ports = FreePorts.Pick(2 * Count);
        var cluster = string.Join(',', Enumerable.Range(0, Count).Select(i => $"e{i}={Peer(i)}"));
        return ServerProcesses.Start(string.Join(',', Enumerable.Range(0, Count).Select(Client)), Count, i => ChildProcess.Start(
            "etcd",
            [
                "--name", $"e{i}",
                "--data-dir", Path.Combine(folder, $"e{i}"),
                "--listen-client-urls", Client(i),
                "--advertise-client-urls", Client(i),
                "--listen-peer-urls", Peer(i),
                "--initial-advertise-peer-urls", Peer(i),
                "--initial-cluster", cluster,
                "--initial-cluster-state", "new",
                "--quota-backend-bytes", QuotaBytes.ToString(CultureInfo.InvariantCulture),
                "--max-request-bytes", RequestBytesMax.ToString(CultureInfo.InvariantCulture),
                "--logger", "zap",
                "--log-level", "error",
            ],
            folder));

        string Client(int i) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ports[2 * i]}");
        string Peer(int i) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ports[(2 * i) + 1]}");
    }
}
