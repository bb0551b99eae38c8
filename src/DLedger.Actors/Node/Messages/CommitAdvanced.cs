using Akka.Actor;
using DLedger.Core;

namespace DLedger.Node;

/// <summary>QuorumAckChecker to EntryHandler, dispatchers and reader (EntryHandler to reader on a follower): the commit position.</summary>
internal sealed record CommitAdvanced(Term Term, LogIndex Committed) : INoSerializationVerificationNeeded;
