namespace DLedger.Core;

/// <summary>What became of a request to hand leadership over.</summary>
internal abstract record TransferOutcome
{
    private TransferOutcome()
    {
    }

    /// <summary>The member that was named leads, in this term.</summary>
    public sealed record Done(string Leader, Term Term) : TransferOutcome;

    /// <summary>Not tried: only the leader, as far as it is known, can do it.</summary>
    public sealed record NotLeading(string? Leader) : TransferOutcome;

    /// <summary>Not tried: there is no member of this name.</summary>
    public sealed record NoSuchMember(string To) : TransferOutcome;

    /// <summary>Not tried because it could not succeed, or tried in vain.</summary>
    public sealed record Failed(string Reason) : TransferOutcome;
}
