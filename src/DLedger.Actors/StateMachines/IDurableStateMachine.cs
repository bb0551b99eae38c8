namespace DLedger;

/// <summary>
/// A machine that keeps its state on disk itself: in a database, in files. A start goes on where it stands, instead of from the first entry. How far
/// that is, the ledger knows by its mark: bytes that mean nothing to the machine, which it saves in the same transaction as the state that they
/// belong to. So each entry is in the state exactly once, whenever the process dies.
/// </summary>
public interface IDurableStateMachine : ILedgerStateMachine
{
    /// <summary>Opens the state. Called once, first.</summary>
    /// <returns>The mark that was saved last, with the state that is there; empty if none ever was.</returns>
    ReadOnlyMemory<byte> Open();

    /// <summary>
    /// Saves all that was applied since the last call, and this mark, in one transaction: both are on disk when it returns, or neither ever is.
    /// Called behind each turn of <see cref="ILedgerStateMachine.Apply"/>, which is some hundred entries under load.
    /// </summary>
    void Save(ReadOnlySpan<byte> mark);
}
