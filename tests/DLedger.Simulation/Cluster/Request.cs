namespace DLedger.Simulation;

/// <summary>What a client asked, and what it knew when it did.</summary>
/// <param name="AckedBefore">The highest entry index that any client had been told committed when this was asked; -1 for none.</param>
internal sealed record Request(long Number, string Node, long Incarnation, object Message, long AckedBefore, TimeSpan At)
{
    public object? Answer { get; set; }

    public override string ToString() => $"request {Number} to {Node} at {At.TotalMilliseconds:0.000} ms, {Message.GetType().Name}";
}
