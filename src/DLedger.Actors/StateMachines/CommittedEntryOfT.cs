namespace DLedger;

/// <summary>An entry that is a command.</summary>
/// <inheritdoc cref="CommittedEntry"/>
/// <param name="Command">What was appended.</param>
public readonly record struct CommittedEntry<TCommand>(long Index, long Term, TimeSpan LogTime, TCommand Command);
