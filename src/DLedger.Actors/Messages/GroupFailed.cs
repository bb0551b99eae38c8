using Akka.Actor;

namespace DLedger;

/// <summary>
/// Published on the ActorSystem's event stream when a group has stopped for good on this node: a failed disk, damage, a broken invariant. It still
/// answers status and refuses the rest.
/// </summary>
/// <param name="group">See <see cref="Group"/>.</param>
/// <param name="reason">See <see cref="Reason"/>.</param>
public sealed class GroupFailed(string group, string reason) : INoSerializationVerificationNeeded
{
    /// <summary>The group.</summary>
    public string Group { get; } = group;

    /// <summary>Why, in one line.</summary>
    public string Reason { get; } = reason;
}
