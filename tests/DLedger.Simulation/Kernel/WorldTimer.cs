namespace DLedger.Simulation;

/// <summary>Something that will happen at a time. Two at the same time happen in the order in which they were made.</summary>
internal sealed class WorldTimer
{
    internal WorldTimer(TimeSpan due, string label, Action happen)
    {
        Due = due;
        Label = label;
        Happen = happen;
    }

    public TimeSpan Due { get; }

    internal string Label { get; }

    internal Action Happen { get; }

    internal bool IsCancelled { get; private set; }

    public void Cancel() => IsCancelled = true;
}
