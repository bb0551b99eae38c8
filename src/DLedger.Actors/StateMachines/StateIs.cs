using Akka.Actor;

namespace DLedger;

/// <summary>The answer to <see cref="AskState"/>.</summary>
/// <param name="Number">Of the question.</param>
/// <param name="Answer">For whoever asked. Owned by the ledger from then on.</param>
public sealed record StateIs(long Number, ReadOnlyMemory<byte> Answer) : INoSerializationVerificationNeeded;
