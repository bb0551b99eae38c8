using Akka.Actor;
using Akka.Event;

namespace DLedger.Protocol;

/// <summary>
/// What two processes say to each other about the connection between them, whatever groups they share. One that reaches nobody is told by the missing answer, and not by a log.
/// </summary>
internal abstract record LinkMessage : IDeadLetterSuppression, INoSerializationVerificationNeeded;
