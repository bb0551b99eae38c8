namespace DLedger.Core;

/// <summary>What a <see cref="LogOwner{TClient}"/> has done for it, at once and in the order of the calls.</summary>
/// <typeparam name="TClient">Whom to answer.</typeparam>
internal interface ILogOwnerActions<TClient> : ILeaderLogActions<TClient>, IFollowerLogActions
{
    /// <summary>
    /// This member leads from here on: whoever counts acks is told first, then dispatchers and reader, all ahead of the first batch. The no-op that
    /// opens the term will be <paramref name="firstOfTerm"/>.
    /// </summary>
    /// <param name="trusted">The store ids whose acks count (SAFETY 7).</param>
    void Leading(Term term, LogIndex firstOfTerm, IReadOnlyDictionary<string, Guid> trusted);

    /// <summary>This member follows from here on, behind all that it announced while it led; nobody may know whom.</summary>
    void Following(Term term, string? leader);

    /// <summary>Nothing below the term gets in any more; the log ends here, flushed or not, and this set is in force (SAFETY 2, 37).</summary>
    void Fenced(Term term, LogPoint tail, Membership members);

    /// <summary>A leader of a higher term has pushed.</summary>
    void HigherTermSeen(Term term);

    /// <summary>The log begins behind this from now on, for whoever brings peers up to date.</summary>
    void BaseMoved(Tail newBase);

    /// <summary>Whether the log can be written to.</summary>
    void HealthIs(bool healthy);
}
