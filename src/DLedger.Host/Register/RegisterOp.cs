namespace DLedger.Host;

/// <summary>What is done with a key. The numbers stand in logs: never reuse one.</summary>
internal enum RegisterOp : byte
{
    /// <summary>Sets its value, whatever it was.</summary>
    Write = 1,

    /// <summary>Sets its value, if it is the expected one.</summary>
    CompareAndSet = 2,

    /// <summary>Asks for its value.</summary>
    Read = 3,
}
