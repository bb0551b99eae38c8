using System.Globalization;
using Akka.Actor;

namespace DLedger.Simulation.Tests;

/// <summary>The demo actor: sends numbers to a peer over the network, answers those that come, gives up on an answer after a while.</summary>
internal sealed class Ping : UntypedActor, IWithTimers, IWithUnboundedStash
{
    private readonly SimNode _node;
    private readonly SimNetwork _network;
    private readonly SimAddress _peer;
    private int _sent;

    public Ping(SimNode node, SimNetwork network, SimAddress peer)
    {
        _node = node;
        _network = network;
        _peer = peer;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public IStash Stash { get; set; } = null!;

    public static Props Props(SimNode node, SimNetwork network, SimAddress peer) => Akka.Actor.Props.Create(() => new Ping(node, network, peer));

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer("send", "send", TimeSpan.FromMilliseconds(_node.Random.Next(5, 15)));
        Become(Waiting);
        Timers.StartSingleTimer("open", "open", TimeSpan.FromMilliseconds(30));
    }

    protected override void OnReceive(object message) => Unhandled(message);

    private void Waiting(object message)
    {
        if (message is not "open")
        {
            Stash.Stash();
            return;
        }

        Become(Open);
        Stash.UnstashAll();
    }

    private void Open(object message)
    {
        switch (message)
        {
            case "send":
                new SimRemoteRef(_network, _node, _peer).Tell($"ping {(_sent++).ToString(CultureInfo.InvariantCulture)}", Self);
                Timers.StartSingleTimer("late", "late", TimeSpan.FromMilliseconds(20));
                break;
            case string text when text.StartsWith("ping", StringComparison.Ordinal):
                Sender.Tell("pong" + text[4..], Self);
                break;
            case string text when text.StartsWith("pong", StringComparison.Ordinal):
                Timers.Cancel("late");
                break;
            case "late":
                break;
            default:
                Unhandled(message);
                break;
        }
    }
}
