using Akka.Actor;

namespace DLedger;

/// <summary>
/// The answer to <see cref="ApplyEntries"/>. An entry that cannot be applied is a reply that says so, or an exception, which stops the member.
/// </summary>
/// <param name="FirstIndex">Of the first entry.</param>
/// <param name="Replies">One for each entry, in their order. Owned by the ledger from then on.</param>
public sealed record EntriesApplied(long FirstIndex, IReadOnlyList<ReadOnlyMemory<byte>> Replies) : INoSerializationVerificationNeeded;
