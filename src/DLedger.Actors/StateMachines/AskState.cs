using Akka.Actor;

namespace DLedger;

/// <summary>
/// To a state machine that is an actor: a <see cref="Query"/> of somebody. Answered by one <see cref="StateIs"/>, from a state that has at least all
/// entries that it was told to apply before.
/// </summary>
/// <param name="Number">Comes back with the answer.</param>
/// <param name="Question">What was asked.</param>
public sealed record AskState(long Number, ReadOnlyMemory<byte> Question) : INoSerializationVerificationNeeded;
