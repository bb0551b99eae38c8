using Akka.Actor;

namespace DLedger.Node;

/// <summary>A group has stopped on this node, and how.</summary>
internal sealed record GroupStopped(string Group, StopResult Result) : INoSerializationVerificationNeeded;
