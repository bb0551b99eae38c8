namespace DLedger.Simulation.Tests;

/// <summary>Two nodes that ping each other over a bad network.</summary>
internal static class PingPong
{
    public static World Run(ulong seed, TimeSpan time, Action<World, SimNetwork>? meddle = null)
    {
        var world = new World(seed);
        var network = TextNetwork.Of(world);
        network.Link = new SimLink(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(25), LossRate: 0.1, DuplicateRate: 0.1);
        foreach (var id in (string[])["a", "b"])
        {
            var node = world.AddNode(id);
            node.ClockRate = id == "a" ? 1.1 : 1;
            var peer = new SimAddress(id == "a" ? "b" : "a", "/user/ping");
            var system = node.Start("demo");
            TextNetwork.ListenWith(network, node);
            system.ActorOf(Ping.Props(node, network, peer), "ping");
        }

        meddle?.Invoke(world, network);
        world.RunFor(time);
        return world;
    }
}
