namespace DLedger.Simulation;

/// <summary>What a client asked, and what was known when it did.</summary>
/// <param name="ShownBefore">The highest entry index that any client had been shown as committed when this was asked; -1 for none.</param>
internal sealed record Request(long Number, string Node, long Incarnation, object Message, long ShownBefore, TimeSpan At)
{
    public object? Answer { get; set; }

    /// <summary>What is to be appended; empty for anything else.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Bodies { get; } = Message switch
    {
        Append append => [append.Body],
        Execute execute => [execute.Command],
        AppendMany many => many.Bodies,
        _ => [],
    };

    public override string ToString() => $"request {Number} to {Node} at {At.TotalMilliseconds:0.000} ms, {Message.GetType().Name}";
}
