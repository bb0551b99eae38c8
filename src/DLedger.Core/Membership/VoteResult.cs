namespace DLedger.Core;

/// <summary>How a vote stands.</summary>
internal enum VoteResult
{
    /// <summary>Neither won nor lost: some have not answered.</summary>
    Pending,

    /// <summary>A quorum said yes.</summary>
    Won,

    /// <summary>So many said no that no quorum can say yes any more.</summary>
    Lost,
}
