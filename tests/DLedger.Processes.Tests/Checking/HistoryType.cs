namespace DLedger.Processes.Tests;

/// <summary>How far an operation is.</summary>
internal enum HistoryType
{
    /// <summary>It begins now.</summary>
    Invoke,

    /// <summary>It had its effect, at some moment since its invoke.</summary>
    Ok,

    /// <summary>It had no effect and never will.</summary>
    Fail,

    /// <summary>Nobody knows: it may have had its effect, may have it later, or never. Its client number is not used again.</summary>
    Info,
}
