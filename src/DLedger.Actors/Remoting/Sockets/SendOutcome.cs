namespace DLedger.Remoting;

/// <summary>What became of a message that was to be sent.</summary>
internal enum SendOutcome
{
    Sent,
    Waits,

    /// <summary>Too much waits already.</summary>
    NoRoom,

    /// <summary>The connection ends.</summary>
    Closed,
}
