using Akka.Actor;

namespace DLedger.Client;

/// <summary>The answer to a question of the client actor, which came to the address of one of its tries.</summary>
internal sealed record Answered(ReplyRef Reply, object Question, object Answer) : INoSerializationVerificationNeeded;
