namespace DLedger.Processes.Tests;

internal enum HistoryOp
{
    Append,
    Read,
}
