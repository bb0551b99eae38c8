namespace DLedger;

/// <summary>How the stop of a member ended: the answer of <see cref="DLedgerExtension.StopAsync"/>.</summary>
public abstract record StopResult
{
    private StopResult()
    {
    }

    /// <summary>Whether nothing went wrong: its store is closed, or there was none.</summary>
    public bool IsClean => this is not Failed;

    /// <summary>It led, and another member leads now.</summary>
    /// <param name="To">The id of the new leader.</param>
    /// <param name="Term">The new leader's term.</param>
    public sealed record HandedOver(string To, long Term) : StopResult;

    /// <summary>It did not lead, so there was nothing to hand over.</summary>
    public sealed record NotLeader : StopResult;

    /// <summary>
    /// It led, and no other member could take over: the others elect a leader after an election timeout, once a majority of them runs.
    /// </summary>
    /// <param name="Reason">Why, in words: it is alone, or the others are down or too far behind.</param>
    public sealed record NoSuccessor(string Reason) : StopResult;

    /// <summary>The group does not run in this ActorSystem: it was not started, or has been stopped before.</summary>
    public sealed record NotRunning : StopResult;

    /// <summary>
    /// The member is gone, or did not answer. Its store may not have been closed as it should be; it is checked when it is opened again.
    /// </summary>
    /// <param name="Reason">What went wrong, in one line.</param>
    public sealed record Failed(string Reason) : StopResult;
}
