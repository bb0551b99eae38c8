using System.Globalization;

namespace DLedger.Processes.Tests;

/// <summary>Operations of one kind, by outcome. What is still open when a history ends is an info that nobody wrote.</summary>
internal sealed record OutcomeCounts(long Invoked = 0, long Ok = 0, long Fail = 0, long Info = 0)
{
    public OutcomeCounts With(HistoryType type) => type switch
    {
        HistoryType.Invoke => this with { Invoked = Invoked + 1 },
        HistoryType.Ok => this with { Ok = Ok + 1 },
        HistoryType.Fail => this with { Fail = Fail + 1 },
        HistoryType.Info => this with { Info = Info + 1 },
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static OutcomeCounts operator +(OutcomeCounts left, OutcomeCounts right) =>
        new(left.Invoked + right.Invoked, left.Ok + right.Ok, left.Fail + right.Fail, left.Info + right.Info);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Invoked}, of them {Ok} ok, {Fail} fail, {Info} info");
}
