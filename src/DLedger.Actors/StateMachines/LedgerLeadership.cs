using Akka.Actor;

namespace DLedger;

/// <summary>Who leads, as a machine is told.</summary>
/// <param name="IsLeader">Whether this member does.</param>
/// <param name="Term">In which term.</param>
/// <param name="LeaderId">Who leads; null when nobody is known to.</param>
public sealed record LedgerLeadership(bool IsLeader, long Term, string? LeaderId) : INoSerializationVerificationNeeded;
