namespace DLedger.Simulation;

/// <summary>
/// Turns messages into bytes and back, by the real wire serializer where there is one, so that nothing crosses the network that a wire could not
/// carry.
/// </summary>
/// <param name="Encode">By the sender.</param>
/// <param name="Decode">By the receiver; null for bytes that it does not understand, which are dropped and counted.</param>
internal sealed record SimWireCodec(Func<SimNode, object, byte[]> Encode, Func<SimNode, byte[], object?> Decode)
{
    /// <summary>By the serializers that the nodes' actor systems have for a message.</summary>
    public static SimWireCodec OfActorSystems { get; } = new(AkkaWire.Encode, AkkaWire.Decode);
}
