using Akka.Actor;

namespace DLedger.Node;

/// <summary>A group has stopped on this node; <paramref name="Problem"/> says what went wrong on the way, if anything did.</summary>
internal sealed record GroupStopped(string Group, string? Problem) : INoSerializationVerificationNeeded;
