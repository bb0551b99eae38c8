namespace DLedger.Protocol;

/// <summary>Which actor of a member a message is for.</summary>
internal enum PeerRole
{
    /// <summary>Votes and heartbeats, over the control transport.</summary>
    Elector,

    /// <summary>Pushes, over the bulk transport.</summary>
    EntryHandler,

    /// <summary>Answers to pushes, over the bulk transport: the receiver's dispatcher for the sender.</summary>
    Dispatcher,

    /// <summary>How far a follower's reads have to be, over the control transport.</summary>
    QuorumAckChecker,

    /// <summary>What results come to, over the bulk transport.</summary>
    StateMachine,
}
