using Akka.Actor;
using Akka.Event;

namespace DLedger.Node;

/// <summary>
/// A message that never leaves its process, between actors that start and stop together: nothing to be checked for serialization, and none to be
/// logged when it finds its receiver stopped a moment earlier. Who waits for an answer to one gets it all the same (<see cref="IAnswerWhenDead"/>).
/// </summary>
internal interface ILocalMessage : INoSerializationVerificationNeeded, IDeadLetterSuppression;
