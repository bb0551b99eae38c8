using Akka.Actor;

namespace DLedger;

/// <summary>
/// To a state machine that is an actor: apply these, in order. Answered by one <see cref="EntriesApplied"/>, whenever it is done: it may stash, wait
/// and ask others meanwhile. It gets no more entries until then, and a new one is made when the member starts again; then from the first entry on.
/// </summary>
/// <param name="Entries">At least one, without gaps.</param>
public sealed record ApplyEntries(IReadOnlyList<CommittedEntry> Entries) : INoSerializationVerificationNeeded;
