namespace DLedger.Processes.Tests;

/// <summary>One line of a history. Its format is described in docs/testing/process-faults.md.</summary>
/// <param name="Client">Who; each has one operation open at a time.</param>
/// <param name="Op">What it does.</param>
/// <param name="Type">How far it is.</param>
/// <param name="Body">What an append appends; null for a read.</param>
/// <param name="Bodies">What a completed read saw, from its index to the end; null for everything else.</param>
/// <param name="Index">Where an append is, once that is known; where a read begins.</param>
/// <param name="Time">Nanoseconds of the one clock that all clients share.</param>
internal sealed record HistoryEvent(long Client, HistoryOp Op, HistoryType Type, string? Body, IReadOnlyList<string>? Bodies, long? Index, long Time)
{
    public static HistoryEvent Append(long client, HistoryType type, string body, long time, long? index = null) =>
        new(client, HistoryOp.Append, type, body, null, index, time);

    public static HistoryEvent Read(long client, HistoryType type, long from, long time, IReadOnlyList<string>? bodies = null) =>
        new(client, HistoryOp.Read, type, null, bodies, from, time);
}
