using Akka.Actor;

namespace DLedger.Client;

/// <summary>A question to all members how they are.</summary>
internal sealed class StatusRound(TimeSpan timeout) : INoSerializationVerificationNeeded
{
    public TaskCompletionSource<IReadOnlyList<MemberStatus>> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TimeSpan Timeout { get; } = timeout;

    public TimeSpan Deadline { get; set; }

    public LedgerStatus?[] Answers { get; set; } = [];

    public ReplyRef[] Replies { get; set; } = [];

    public int Missing { get; set; }

    /// <summary>Its place among the others; null when it is over.</summary>
    public LinkedListNode<StatusRound>? PlaceInList { get; set; }

    /// <summary>One member's place in a round.</summary>
    internal sealed record Place(StatusRound Round, int Member);
}
