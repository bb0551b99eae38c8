using DLedger.Node;
using DLedger.Protocol;

namespace DLedger.Simulation;

/// <summary>The members' network, over a simulated one: two connections to each peer, as there are two transports, and one router there.</summary>
internal sealed class SimPeerNetwork : IPeerNetwork
{
    private readonly SimNetwork _network;
    private readonly SimNode _node;

    public SimPeerNetwork(SimNetwork network, SimNode node)
    {
        _network = network;
        _node = node;
    }

    public void Send(string to, PeerMessage message) => _network.Send(
        new SimAddress(_node.Id, ""),
        new SimAddress(to, PeerRouterRef.PathWithoutAddress),
        message,
        PeerRoles.IsBulk(message) ? "bulk" : "control");
}
