namespace DLedger;

/// <summary>An entry as a state machine gets it: everything that its reply may follow from, beside the state.</summary>
/// <param name="Index">Dense, from 0.</param>
/// <param name="Term">Of the leader that took it.</param>
/// <param name="LogTime">
/// The time of the log: what its leaders have measured. The same on all members, never behind that of an entry before, and no time of day.
/// </param>
/// <param name="Body">What was appended; valid for as long as anybody holds it.</param>
public readonly record struct CommittedEntry(long Index, long Term, TimeSpan LogTime, ReadOnlyMemory<byte> Body);
