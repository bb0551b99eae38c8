namespace DLedger.Core;

/// <summary>Whether a request can be taken.</summary>
public enum IntakeVerdict
{
    Accepted,
    NoEntries,
    EntryTooLarge,
    RequestTooLarge,
    Busy,
    DiskFull,
}
