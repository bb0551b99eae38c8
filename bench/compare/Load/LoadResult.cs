namespace DLedger.Compare;

/// <summary>
/// What a load found in its measured window. Times run from the call, or at a fixed rate from when the append was due, to the acknowledgement.
/// </summary>
/// <param name="Unsent">At a fixed rate: appends that were due in the window and had not been sent at its end.</param>
/// <param name="Servers">Of the server processes; null when the members live in the load process.</param>
/// <param name="Client">Of the load process.</param>
internal sealed record LoadResult(
    double Seconds,
    long Entries,
    long Errors,
    string? FirstError,
    long Unsent,
    double P50Ms,
    double P99Ms,
    double P999Ms,
    double MaxMs,
    Usage? Servers,
    Usage Client);
