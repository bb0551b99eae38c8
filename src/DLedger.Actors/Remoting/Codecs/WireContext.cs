namespace DLedger.Remoting;

/// <summary>What reading a message may need beside its bytes.</summary>
/// <param name="Arrived">The batches of pushes that travelled beside them.</param>
/// <param name="Origins">Of messages that were read before.</param>
internal sealed record WireContext(ArrivedAttachments Arrived, KnownOrigins Origins);
