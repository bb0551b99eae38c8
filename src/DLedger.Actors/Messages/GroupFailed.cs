using Akka.Actor;

namespace DLedger;

/// <summary>
/// Published on the ActorSystem's event stream when a group has stopped for good on this node: a failed disk, damage, a broken invariant. It still
/// answers status and refuses the rest.
/// </summary>
/// <param name="Group">The group.</param>
/// <param name="Reason">Why, in one line.</param>
public sealed record GroupFailed(string Group, string Reason) : INoSerializationVerificationNeeded;
