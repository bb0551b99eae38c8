namespace DLedger.Simulation;

/// <summary>A message that a test has in its hands: it arrives when the test says so, never or more than once.</summary>
internal sealed class SimLetter
{
    private readonly Action _arrive;

    internal SimLetter(SimAddress from, SimAddress to, object message, Action arrive)
    {
        From = from;
        To = to;
        Message = message;
        _arrive = arrive;
    }

    public SimAddress From { get; }

    public SimAddress To { get; }

    /// <summary>As it was sent; what arrives is made from its bytes.</summary>
    public object Message { get; }

    /// <summary>Arrives now, whatever is cut by now; lost if the receiver is down.</summary>
    public void Deliver() => _arrive();

    public override string ToString() => $"{From.Node} -> {To}: {Message}";
}
