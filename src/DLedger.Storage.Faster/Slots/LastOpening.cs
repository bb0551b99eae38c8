namespace DLedger.Storage.Faster;

/// <summary>
/// What the last opening found. Within one run of the machine, from its start to its end, what a process wrote stays readable in the order in which
/// it was written, whatever becomes of the process: only a machine that stops loses sectors (docs/adr/0023).
/// </summary>
/// <param name="BootId">The machine's run, by the number that its kernel drew when it started; empty when the system does not say.</param>
/// <param name="FoundTo">The end of the log; everything before it was made durable before this was noted (SAFETY 23).</param>
/// <param name="CleanFrom">From here on there were zeros: between the end and this is what a write that never finished left there.</param>
internal sealed record LastOpening(string BootId, long FoundTo, long CleanFrom);
