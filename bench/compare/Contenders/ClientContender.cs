using Akka.Actor;
using Akka.Configuration;
using DLedger.Remoting;

namespace DLedger.Compare;

/// <summary>This project's client in a process without members.</summary>
internal sealed class ClientContender(DLedgerClient client) : IContender
{
    private static readonly Config Settings = ConfigurationFactory.ParseString("""
        akka.loggers = []
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF
        akka.log-dead-letters = off
        akka.log-dead-letters-during-shutdown = off
        akka.remote.enabled-transports = ["akka.remote.dot-netty.tcp"]
        akka.remote.dot-netty.tcp.hostname = "127.0.0.1"
        akka.remote.dot-netty.tcp.port = 0
        akka.remote.dot-netty.tcp.maximum-frame-size = 4MiB
        """).WithFallback(RemotingConfig.Reference).WithFallback(RemotingConfig.Dispatchers);

    public static async Task<IContender> ConnectAsync(LoadPlan plan, CancellationToken stop)
    {
        var members = OwnMembers.Parse(plan.Target);
        var system = ActorSystem.Create("compare", Settings);
        await OwnMembers.LeaderOf(system, members, stop).ConfigureAwait(false);
        return new ClientContender(OwnMembers.ClientIn(system, members));
    }

    public static async ValueTask AppendAsync(DLedgerClient client, ReadOnlyMemory<byte> body)
    {
        if (await client.AppendAsync(body).ConfigureAwait(false) is not AppendResult.Committed and var result)
            throw new ComparisonFailedException(result.ToString());
    }

    public ValueTask AppendAsync(ReadOnlyMemory<byte> body) => AppendAsync(client, body);
}
