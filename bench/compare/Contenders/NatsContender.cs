using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace DLedger.Compare;

/// <summary>
/// Publishes to a JetStream stream with three replicas on files, at the server that leads the stream, and waits for the stream's acknowledgement.
/// </summary>
internal sealed class NatsContender(NatsConnection connection) : IContender
{
    private const string Stream = "compare";
    private static readonly TimeSpan HangTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SetUpTry = TimeSpan.FromSeconds(3);

    private readonly NatsJSContext _stream = new(connection);

    public static async Task<IContender> ConnectAsync(LoadPlan plan, CancellationToken stop)
    {
        var servers = plan.Target.Split(',').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var leader = await Waiting.ForAsync("a stream with a leader", HangTimeout, async () =>
        {
            // What is asked before the cluster is complete may never be answered.
            await using var first = new NatsConnection(Options(servers.Values.First()) with { RequestTimeout = SetUpTry });
            var config = new StreamConfig(Stream, [Stream]) { NumReplicas = servers.Count, Storage = StreamConfigStorage.File };
            var stream = await new NatsJSContext(first).CreateOrUpdateStreamAsync(config, stop).ConfigureAwait(false);
            return stream.Info.Cluster?.Leader;
        }, stop).ConfigureAwait(false);
        var connection = new NatsConnection(Options(servers[leader]));
        await connection.ConnectAsync().ConfigureAwait(false);
        return new NatsContender(connection);
    }

    public async ValueTask AppendAsync(ReadOnlyMemory<byte> body)
    {
        var ack = await _stream.PublishAsync(Stream, body).ConfigureAwait(false);
        ack.EnsureSuccess();
    }

    /// <summary>Direct: answers find their request without a subscription of its own, the quicker of the client's two ways.</summary>
    private static NatsOpts Options(string server) => NatsOpts.Default with
    {
        Url = server, RequestReplyMode = NatsRequestReplyMode.Direct, RequestTimeout = HangTimeout, CommandTimeout = HangTimeout,
    };
}
