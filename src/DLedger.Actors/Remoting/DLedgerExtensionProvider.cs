using Akka.Actor;

namespace DLedger;

/// <summary>Makes the one <see cref="DLedgerExtension"/> of an ActorSystem.</summary>
public sealed class DLedgerExtensionProvider : ExtensionIdProvider<DLedgerExtension>
{
    /// <inheritdoc/>
    public override DLedgerExtension CreateExtension(ExtendedActorSystem system) => new(system);
}
