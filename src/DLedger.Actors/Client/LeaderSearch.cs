using Akka.Actor;

namespace DLedger.Client;

/// <summary>One round of asking the members who leads.</summary>
internal sealed class LeaderSearch(TimeSpan until)
{
    /// <summary>Answers after this do not count.</summary>
    public TimeSpan Until => until;

    /// <summary>No answer counts any more.</summary>
    public bool IsOver { get; set; }

    public List<ReplyRef> Replies { get; } = [];

    public HashSet<string> Asked { get; } = [];

    /// <summary>Members that said that the group is not there.</summary>
    public int WithoutGroup { get; set; }

    public string? WithoutGroupDetail { get; set; }

    /// <summary>Whom a question went to.</summary>
    internal sealed record Place(LeaderSearch Search, string Address, IActorRef Member);
}
