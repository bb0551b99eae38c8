using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote;
using DLedger.Remoting;

namespace DLedger.Actors.Tests.Remoting;

/// <summary>Real ActorSystems on loopback, stopped together.</summary>
internal sealed class Systems
{
    private readonly List<ActorSystem> _all = [];

    /// <summary>Ports that nobody uses at the moment.</summary>
    public static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners) listener.Start();
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners) listener.Dispose();
        return ports;
    }

    /// <summary>
    /// Settings of the first member of a group on loopback, whose address is the lowest: it makes the connections to the others, and they wait for
    /// it.
    /// </summary>
    public static DLedgerSettings Settings(int members, string hocon = "")
    {
        var ports = FreePorts(members * 2).OrderBy(port => port.ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal).ToArray();
        var peers = string.Join(
            ';',
            Enumerable.Range(0, members)
                .Select(i => string.Create(CultureInfo.InvariantCulture, $"n{i}-127.0.0.1:{ports[2 * i]}/{ports[(2 * i) + 1]}")));
        return DLedgerSettings.FromConfig(ConfigurationFactory.ParseString($"dledger {{\npeers = \"{peers}\"\ngroup = g\n{hocon}\n}}"));
    }

    public ActorSystem Member(DLedgerSettings settings, string extra = "") =>
        Keep(
            DLedgerSystem.Start(
                "dledger", settings,
                ConfigurationFactory.ParseString(
                    "akka.loglevel = WARNING\nakka.stdout-loglevel = OFF\nakka.loggers = [\"Akka.Event.DefaultLogger, Akka\"]\n" + extra)));

    public ActorSystem Member(DLedgerSettings settings, Config extra) =>
        Keep(
            DLedgerSystem.Start(
                "dledger", settings, ConfigurationFactory.ParseString("akka.loglevel = WARNING\nakka.stdout-loglevel = OFF").WithFallback(extra)));

    /// <summary>A member's system that the application makes itself.</summary>
    public ActorSystem Own(DLedgerSettings settings, string extra = "") =>
        Keep(
            ActorSystem.Create(
                "dledger",
                ConfigurationFactory.ParseString("akka.loglevel = WARNING\nakka.stdout-loglevel = OFF\n" + extra)
                    .WithFallback(RemotingConfig.Build(settings))));

    /// <summary>An application of its own, with Akka.Remote and nothing else.</summary>
    public ActorSystem Application(string extra = "") => Keep(ActorSystem.Create("app", ConfigurationFactory.ParseString($$"""
        akka {
          loglevel = WARNING
          stdout-loglevel = OFF
          actor.provider = remote
          remote.dot-netty.tcp {
            hostname = 127.0.0.1
            port = 0
          }
        }
        {{extra}}
        """)));

    /// <summary>Everything that a system logs as an error.</summary>
    public static ChannelReader<Error> Errors(ActorSystem system)
    {
        var errors = Channel.CreateUnbounded<Error>();
        var writer = errors.Writer;
        var listener = system.ActorOf(Props.Create(() => new Listener(writer)));
        system.EventStream.Subscribe(listener, typeof(Error));
        return errors.Reader;
    }

    /// <summary>Every connection that a system gets from now on: true for one that somebody else made.</summary>
    public static ChannelReader<bool> Connections(ActorSystem system)
    {
        var made = Channel.CreateUnbounded<bool>();
        var writer = made.Writer;
        var listener = system.ActorOf(Props.Create(() => new ConnectionListener(writer)));
        system.EventStream.Subscribe(listener, typeof(AssociatedEvent));
        return made.Reader;
    }

    public async Task Stop(ActorSystem system)
    {
        _all.Remove(system);
        await system.Terminate();
    }

    public async Task StopAll()
    {
        foreach (var system in _all) await system.Terminate();
    }

    private ActorSystem Keep(ActorSystem system)
    {
        _all.Add(system);
        return system;
    }

    private sealed class ConnectionListener : ReceiveActor
    {
        public ConnectionListener(ChannelWriter<bool> made) => Receive<AssociatedEvent>(associated => made.TryWrite(associated.IsInbound));
    }

    private sealed class Listener(ChannelWriter<Error> errors) : UntypedActor
    {
        protected override void OnReceive(object message) => errors.TryWrite((Error)message);
    }
}
