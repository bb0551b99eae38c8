namespace DLedger;

/// <summary>Why a request was refused. The numbers are written to the wire: never reuse one.</summary>
public enum RejectReason
{
    /// <summary>This member does not lead; the answer names the leader when it is known.</summary>
    NotLeader = 1,

    /// <summary>Too much is waiting, or leadership is being handed over: then the answer names the member that is to lead. Try again.</summary>
    Busy = 2,

    /// <summary>An entry over <c>max-entry-size</c>, or a request over <c>batch-bytes-max</c>.</summary>
    TooLarge = 3,

    /// <summary>A request without entries.</summary>
    NoEntries = 4,

    /// <summary>A gap in an <see cref="AppendStream"/>.</summary>
    OutOfOrder = 5,

    /// <summary>There is no such group on this node.</summary>
    NoSuchGroup = 6,

    /// <summary>The member is stopping, or starting again after one of its parts failed; or, of a client, it is closed.</summary>
    Stopping = 7,

    /// <summary>No space on the leader's disk; comes back by itself when there is.</summary>
    DiskFull = 8,

    /// <summary>The group has stopped for good on this node; its status says why.</summary>
    Failed = 9,

    /// <summary>No such member.</summary>
    UnknownMember = 10,

    /// <summary>The member is starting: it opens its store, and can be asked again in a moment.</summary>
    Starting = 11,

    /// <summary>The member was started without a state machine: nobody can execute or answer.</summary>
    NoStateMachine = 12,
}
