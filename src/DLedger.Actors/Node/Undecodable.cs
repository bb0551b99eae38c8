using Akka.Actor;

namespace DLedger.Node;

/// <summary>What the serializer makes of bytes that are no message: to be dropped and counted.</summary>
internal sealed record Undecodable(string Manifest, string Reason) : INoSerializationVerificationNeeded;
