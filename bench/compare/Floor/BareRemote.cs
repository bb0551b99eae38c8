using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;

namespace DLedger.Compare;

/// <summary>Two ActorSystems in this process, over TCP, with Akka's own settings but for the frame and a serializer that only copies.</summary>
internal sealed class BareRemote
{
    private const int PingBytes = 1024;
    private const int BulkBytes = 64 << 10;
    private const int BulkWindow = 64;

    private static readonly TimeSpan HangTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _time;
    private readonly IActorRef _sender;

    private BareRemote(TimeSpan time, IActorRef sender)
    {
        _time = time;
        _sender = sender;
    }

    public static async Task<BareRemote> StartAsync(TimeSpan time, CancellationToken stop)
    {
        var ports = FreePorts.Pick(2);
        var near = ActorSystem.Create("near", ConfigOf(ports[0]));
        var far = ActorSystem.Create("far", ConfigOf(ports[1]));
        far.ActorOf(EchoActor.Props(), EchoActor.Name);
        var echo = await near.ActorSelection($"akka.tcp://far@127.0.0.1:{ports[1]}/user/{EchoActor.Name}")
            .ResolveOne(HangTimeout, stop).ConfigureAwait(false);
        return new BareRemote(time, near.ActorOf(WindowActor.Props(echo)));
    }

    public async Task<Latency> RoundTripAsync(CancellationToken stop) =>
        (await RunAsync(PingBytes, 1, echoesBody: true, stop).ConfigureAwait(false)).Latency;

    /// <summary>Bytes per second one way; only an empty answer comes back.</summary>
    public async Task<double> BulkAsync(CancellationToken stop) =>
        (await RunAsync(BulkBytes, BulkWindow, echoesBody: false, stop).ConfigureAwait(false)).BytesPerSecond;

    private async Task<WindowActor.Ended> RunAsync(int bytes, int window, bool echoesBody, CancellationToken stop)
    {
        await _sender.Ask<WindowActor.Ended>(
            new WindowActor.Begin(bytes, window, echoesBody, WarmUp), HangTimeout + WarmUp, stop).ConfigureAwait(false);
        return await _sender.Ask<WindowActor.Ended>(
            new WindowActor.Begin(bytes, window, echoesBody, _time), HangTimeout + _time, stop).ConfigureAwait(false);
    }

    private static Config ConfigOf(int port) => ConfigurationFactory.ParseString($$"""
        akka.loggers = []
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF
        akka.actor.provider = remote
        akka.actor.serializers.bare = "DLedger.Compare.BareSerializer, DLedger.Compare"
        akka.actor.serialization-bindings {
          "DLedger.Compare.Parcel, DLedger.Compare" = bare
        }
        akka.remote.dot-netty.tcp.hostname = "127.0.0.1"
        akka.remote.dot-netty.tcp.port = {{port}}
        akka.remote.dot-netty.tcp.maximum-frame-size = 256KiB
        """);
}
