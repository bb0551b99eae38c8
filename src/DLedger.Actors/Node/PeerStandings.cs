using DLedger.Core;

namespace DLedger.Node;

/// <summary>
/// What counts of each peer. The Elector alone changes it, as a whole; whoever gets a message of a peer looks here before anything else, so that a
/// batch is judged by the same rule as a vote. Thread-safe.
/// </summary>
internal sealed class PeerStandings
{
    private volatile IReadOnlyDictionary<string, PeerStanding> _peers = new Dictionary<string, PeerStanding>();

    public PeerStanding Of(string peer) => _peers.GetValueOrDefault(peer, PeerStanding.Unknown);

    public void Publish(IReadOnlyDictionary<string, PeerStanding> peers) => _peers = peers;
}
