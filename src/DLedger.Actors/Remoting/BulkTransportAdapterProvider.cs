using Akka.Actor;
using Akka.Remote.Transport;

namespace DLedger.Remoting;

/// <summary>Makes the bulk transport's adapter; named in <c>hocon/remoting.conf</c>.</summary>
internal sealed class BulkTransportAdapterProvider : ITransportAdapterProvider
{
    public Transport Create(Transport wrappedTransport, ExtendedActorSystem system) => new BulkTransportAdapter(wrappedTransport);
}
