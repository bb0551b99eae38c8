using DLedger.Remoting;

namespace DLedger.Actors.Tests.Remoting;

public sealed class ControlTransportTests() : SocketTransportTests((system, config) => new ControlTransport(system, config));
