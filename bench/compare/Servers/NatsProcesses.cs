using System.Globalization;

namespace DLedger.Compare;

/// <summary>Three NATS servers in a cluster, JetStream on files, with their defaults but for the largest message.</summary>
internal static class NatsProcesses
{
    private const int Count = 3;
    private const string Program = "nats-server";

    public static ServerProcesses Start(string folder)
    {
        var ports = FreePorts.Pick(2 * Count);
        var routes = string.Join(
            ", ", Enumerable.Range(0, Count).Select(i => string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{ports[(2 * i) + 1]}")));
        var target = string.Join(
            ',', Enumerable.Range(0, Count).Select(i => string.Create(CultureInfo.InvariantCulture, $"n{i}=nats://127.0.0.1:{ports[2 * i]}")));

        // Debian puts it where only root looks for programs.
        var program = File.Exists($"/usr/sbin/{Program}") ? $"/usr/sbin/{Program}" : Program;
        return ServerProcesses.Start(target, Count, i =>
        {
            var config = Path.Combine(folder, $"n{i}.conf");
            File.WriteAllText(config, string.Create(CultureInfo.InvariantCulture, $$"""
                server_name: n{{i}}
                listen: 127.0.0.1:{{ports[2 * i]}}
                max_payload: 8MB
                jetstream { store_dir: "{{Path.Combine(folder, $"n{i}")}}", max_memory_store: 1GB, max_file_store: 64GB }
                cluster { name: compare, listen: 127.0.0.1:{{ports[(2 * i) + 1]}}, routes: [{{routes}}] }

                """));
            return ChildProcess.Start(program, ["-c", config], folder);
        });
    }
}
