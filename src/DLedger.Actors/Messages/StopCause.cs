namespace DLedger;

/// <summary>Why this process's member of a group is no more: what <see cref="DLedgerExtension.WhenStopped"/> completes with.</summary>
public abstract class StopCause
{
    private StopCause()
    {
    }

    /// <summary>It was asked to, by <see cref="DLedgerExtension.StopAsync"/> or a coordinated shutdown.</summary>
    public sealed class Requested : StopCause
    {
        /// <summary>Its kind.</summary>
        public override string ToString() => nameof(Requested);
    }

    /// <summary>
    /// Nobody asked it to: its disk failed, its data is damaged, or somebody ended its actors. An application that is of no use without its member
    /// ends now.
    /// </summary>
    /// <param name="reason">See <see cref="Reason"/>.</param>
    public sealed class Failed(string reason) : StopCause
    {
        /// <summary>What went wrong, in one line.</summary>
        public string Reason { get; } = reason;

        /// <summary>Its kind and reason.</summary>
        public override string ToString() => $"{nameof(Failed)}: {Reason}";
    }
}
