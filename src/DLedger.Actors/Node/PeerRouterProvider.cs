using Akka.Actor;

namespace DLedger.Node;

/// <summary>Makes the one <see cref="PeerRouter"/> of an ActorSystem.</summary>
internal sealed class PeerRouterProvider : ExtensionIdProvider<PeerRouter>
{
    public override PeerRouter CreateExtension(ExtendedActorSystem system) => new(system);
}
