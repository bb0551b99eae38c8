namespace DLedger.Core;

/// <summary>Whether an append is taken; all but the first refuse it: its entries are in no batch and never will be (SAFETY 16).</summary>
internal enum AppendVerdict
{
    Accepted,

    /// <summary>A request without entries.</summary>
    NoEntries,

    /// <summary>An entry is over <see cref="IntakeSettings.MaxEntrySize"/>.</summary>
    EntryTooLarge,

    /// <summary>The entries of one request do not fit one batch.</summary>
    RequestTooLarge,

    /// <summary>A request before this one in its stream has not come.</summary>
    OutOfOrder,

    /// <summary>This member does not lead.</summary>
    NotLeader,

    /// <summary>The no-op that opens the leader's term is not in the log yet.</summary>
    NoOpWaits,

    /// <summary>Leadership is being handed over.</summary>
    HandingOver,

    /// <summary>The state machine has not applied yet what was in the log before this leadership.</summary>
    StateMachineBehind,

    /// <summary>As much is outstanding as may be.</summary>
    TooMuchOutstanding,

    /// <summary>The write buffer is full, so that the batch before this request cannot be closed.</summary>
    BufferFull,

    /// <summary>The log fills faster than the disk makes room for it: a moment later there is some.</summary>
    SpaceIsComing,

    /// <summary>The disk is full.</summary>
    DiskFull,

    /// <summary>The member stops.</summary>
    Stopping,
}
