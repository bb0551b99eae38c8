using Akka.Actor;

namespace DLedger.Client;

/// <summary>
/// A read, a question for the commit position, or a transfer, which waits for its answer. All may be asked again as often as needed.
/// </summary>
internal sealed class PendingCall(DLedgerMessage message, bool leaderOnly) : INoSerializationVerificationNeeded
{
    public TaskCompletionSource<DLedgerMessage> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DLedgerMessage Message { get; } = message;

    /// <summary>Goes to the leader; else to any member, those of <see cref="DLedgerClientOptions.ReadFrom"/> first.</summary>
    public bool LeaderOnly { get; } = leaderOnly;

    public TimeSpan Deadline { get; set; }

    /// <summary>The member that the last try went to.</summary>
    public IActorRef? SentTo { get; set; }

    /// <summary>Where the answer of the try that is under way goes; null between tries. Set by <see cref="CallList"/>.</summary>
    public ReplyRef? Reply { get; set; }

    /// <summary>Its place among the others; null when it has none any more. Set by <see cref="CallList"/>.</summary>
    public LinkedListNode<PendingCall>? Place { get; set; }

    /// <summary>The next try is not before this; while one is under way, when it is given up.</summary>
    public TimeSpan NextAt { get; set; }

    public int Tries { get; set; }

    public DLedgerMessage? LastRefusal { get; set; }

    /// <summary>Whether it is of the family of answers to this.</summary>
    public bool IsAnsweredBy(object answer) => Message switch
    {
        Read => answer is ReadResult,
        GetCommitPosition => answer is CommitPositionResult,
        Query => answer is QueryResult,
        TransferLeadership => answer is TransferResult,
        _ => false,
    };
}
