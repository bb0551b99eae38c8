using System.Diagnostics;
using DLedger.Protocol;

namespace DLedger.Simulation;

/// <summary>The members' network, over a simulated one: two connections to each peer, as there are two transports.</summary>
internal sealed class SimPeerNetwork : IPeerNetwork
{
    private readonly SimNetwork _network;
    private readonly SimNode _node;
    private readonly string _group;

    public SimPeerNetwork(SimNetwork network, SimNode node, string group)
    {
        _network = network;
        _node = node;
        _group = group;
    }

    public void Send(Member to, PeerRole role, PeerMessage message) => _network.Send(
        new SimAddress(_node.Id, ""),
        new SimAddress(to.Id, $"/user/dledger/{_group}/{ActorOf(role)}"),
        message,
        role == PeerRole.Elector ? "control" : "bulk");

    private string ActorOf(PeerRole role) => role switch
    {
        PeerRole.Elector => "elector",
        PeerRole.EntryHandler => "entry-handler",
        PeerRole.Dispatcher => $"dispatcher-{_node.Id}",
        _ => throw new UnreachableException(),
    };
}
