using Akka.Actor;
using Akka.Event;

namespace DLedger.Protocol;

// What two processes say about the connection between them.

/// <summary>
/// What two processes say to each other about the connection between them, whatever groups they share. One that reaches nobody is told by the missing
/// answer, and not by a log.
/// </summary>
internal abstract record LinkMessage : IDeadLetterSuppression, INoSerializationVerificationNeeded;

/// <summary>
/// Is there anybody, and does this connection carry both ways? Answered by <see cref="Pong"/> at the router, whatever groups are there.
/// </summary>
internal sealed record Ping : LinkMessage
{
    public static readonly Ping Instance = new();
}

/// <summary>The answer to a <see cref="Ping"/>.</summary>
internal sealed record Pong : LinkMessage
{
    public static readonly Pong Instance = new();
}
