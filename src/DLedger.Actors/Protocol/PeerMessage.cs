using Akka.Actor;
using Akka.Event;
using DLedger.Core;

namespace DLedger.Protocol;

/// <summary>
/// What members say to each other. Every message carries the sender's term, so that stale ones can be told. Each may get lost, and whoever sent it
/// repeats what matters: one that finds its receiver not there yet, or not any more, is nothing to be logged. Nor is one to be checked for
/// serialization when it is handed on inside of a process: what is attached to it travels beside it, and only between processes.
/// </summary>
internal abstract record PeerMessage(Origin Origin, Term Term) : IDeadLetterSuppression, INoSerializationVerificationNeeded;
