using Akka.Actor;

namespace DLedger.Client;

/// <summary>A read or a transfer that waits for its answer. Both may be asked again as often as needed.</summary>
internal sealed class PendingCall(DLedgerMessage message, bool leaderOnly) : INoSerializationVerificationNeeded
{
    public TaskCompletionSource<DLedgerMessage> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DLedgerMessage Message { get; } = message;

    /// <summary>Only a leader can answer; else any member.</summary>
    public bool LeaderOnly { get; } = leaderOnly;

    public TimeSpan Deadline { get; set; }

    /// <summary>The member that the last try went to.</summary>
    public IActorRef? SentTo { get; set; }

    /// <summary>Where the answer of the try that is under way goes; null between tries.</summary>
    public ReplyRef? Reply { get; set; }

    /// <summary>The next try is not before this; while one is under way, when it is given up.</summary>
    public TimeSpan NextAt { get; set; }

    public int Tries { get; set; }

    public DLedgerMessage? LastRefusal { get; set; }
}
