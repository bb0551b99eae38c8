using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using DLedger.Remoting;
using DLedger.Storage.Faster;

namespace DLedger.Host;

/// <summary>The real world: actor systems over TCP, stores on disk.</summary>
internal sealed class AkkaRuntime : ILedgerRuntime
{
    /// <summary>
    /// A client must be able to read whatever a member may hold, also when it does not know the members' settings: the largest entry there can be,
    /// and its frame.
    /// </summary>
    private const long ClientFrameBytes = 72L << 20;

    // The command line prints what is worth printing; the host ends its systems itself, so no hook must end them a second time.
    private static readonly Config Quiet = ConfigurationFactory.ParseString("""
        akka.loggers = []
        akka.stdout-loglevel = OFF
        akka.log-dead-letters = off
        akka.log-dead-letters-during-shutdown = off
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        akka.coordinated-shutdown.run-by-actor-system-terminate = off
        akka.coordinated-shutdown.exit-clr = off
        """);

    public async Task<ILedgerClient> ConnectAsync(ClientTarget target, CancellationToken cancellation)
    {
        // Two clients behind the same loopback address must not look like one to a member, so each has a name of its own.
        var name = $"dledger-client-{Guid.NewGuid():N}";
        var config = ConfigurationFactory.ParseString(string.Create(CultureInfo.InvariantCulture, $"""
            akka.loglevel = OFF
            akka.remote.enabled-transports = ["akka.remote.dot-netty.tcp"]
            akka.remote.dot-netty.tcp.hostname = "127.0.0.1"
            akka.remote.dot-netty.tcp.port = 0
            akka.remote.dot-netty.tcp.dns-use-ipv6 = {(target.Members.All(member => member.NeedsIpv6()) ? "on" : "off")}
            akka.remote.dot-netty.tcp.maximum-frame-size = {Math.Max(ClientFrameBytes, RemotingConfig.ControlFrameBytes(target.Settings))}b
            """)).WithFallback(Quiet).WithFallback(RemotingConfig.Hardened()).WithFallback(RemotingConfig.Reference)
                .WithFallback(RemotingConfig.Dispatchers);
        var system = await Task.Run(() => ActorSystem.Create(name, config), cancellation).ConfigureAwait(false);
        return new AkkaClient(ClientOf(system, target), system);
    }

    public async Task<IRunningNode> StartNodeAsync(NodePlan plan, CancellationToken cancellation)
    {
        var ours = Quiet.WithFallback(RemotingConfig.Hardened(plan.Settings.Group));
        var extra = plan.Extra.IsEmpty ? ours : plan.Extra.WithFallback(ours);
        ActorSystem system;
        try
        {
            system = await Task.Run(() => DLedgerSystem.Start(plan.System, plan.Settings, extra), cancellation).ConfigureAwait(false);
        }
        catch (DLedgerStartException trouble)
        {
            throw new OperationFailedException(trouble.Message, trouble);
        }
        catch (SettingsException wrong)
        {
            throw new UsageException(wrong.Message, wrong);
        }

        var node = new AkkaNode(system, plan, ClientOf(system, TargetOf(plan)));
        try
        {
            await node.OpenAsync(StoresOf(plan.Settings), cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // It may lead already.
            await node.StopAsync().ConfigureAwait(false);
            throw;
        }
        catch
        {
            await node.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return node;
    }

    public Task<VerifyReport> VerifyAsync(string folder, IProgress<long> progress, CancellationToken cancellation) =>
        Task.Run(() => StoreVerifier.Verify(folder, progress), cancellation).WaitAsync(cancellation);

    private static ClientTarget TargetOf(NodePlan plan) =>
        new(plan.System, plan.Settings.Group, plan.Settings.Members, TimeSpan.FromSeconds(30), plan.Settings);

    private static DLedgerClient ClientOf(ActorSystem system, ClientTarget target)
    {
        var options = new DLedgerClientOptions
        {
            SystemName = target.System, Timeout = target.Timeout, PackBytes = target.Settings.BatchBytesMax, ReadFrom = [.. target.ReadFrom],
        };
        return DLedgerClient.Create(system, target.Group, target.Members, options);
    }

    private static Core.ILogStoreFactory StoresOf(DLedgerSettings settings)
    {
        try
        {
            return DLedgerExtensionStarts.StoresOf(settings);
        }
        catch (ArgumentException wrong)
        {
            throw new UsageException(wrong.Message, wrong);
        }
    }
}
