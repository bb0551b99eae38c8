using Akka.Actor;

namespace DLedger.Node;

/// <summary>Makes the one <see cref="PeerDoor"/> of an ActorSystem.</summary>
internal sealed class PeerDoorProvider : ExtensionIdProvider<PeerDoor>
{
    public override PeerDoor CreateExtension(ExtendedActorSystem system) => new(system);
}
