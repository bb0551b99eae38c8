using Akka.Actor;
using Akka.Remote.Transport;

namespace DLedger.Processes.Tests;

/// <summary>Makes the transport's adapter; named in the configuration of <see cref="CuttableNode"/>.</summary>
internal sealed class CutTransportProvider : ITransportAdapterProvider
{
    public Transport Create(Transport wrappedTransport, ExtendedActorSystem system) => new CutTransport(wrappedTransport);
}
