using Akka.Actor;

namespace DLedger.Client;

/// <summary>The answer to a question of the client actor.</summary>
internal sealed record Answered(object Question, object Answer) : INoSerializationVerificationNeeded;
