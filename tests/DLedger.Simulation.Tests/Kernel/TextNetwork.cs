using System.Text;
using Akka.Actor;

namespace DLedger.Simulation.Tests;

/// <summary>A network that carries strings to actors by path.</summary>
internal static class TextNetwork
{
    public static SimNetwork Of(World world) =>
        new(world, new SimWireCodec((_, message) => Encoding.UTF8.GetBytes((string)message), (_, bytes) => Encoding.UTF8.GetString(bytes)));

    public static void ListenWith(SimNetwork network, SimNode node) =>
        network.Listen(node.Id, delivery =>
            node.System!.ActorSelection(delivery.Target).Tell(delivery.Message, new SimRemoteRef(network, node, delivery.From)));
}
