namespace DLedger.Storage.Faster.Tests.PowerLoss;

/// <summary>What a process asked of the disk: a line of the journal, and what faults are aimed at.</summary>
internal enum DiskOperation
{
    Create,
    Delete,
    Write,
    Allocate,
    Sync,
    SyncFolder,
    Crash,
    Boot,
}
