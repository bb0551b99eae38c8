namespace DLedger.Core;

/// <summary>What a <see cref="FollowerLog"/> has done for it, at once and in the order of the calls. Answers go to the leader that asked.</summary>
internal interface IFollowerLogActions
{
    /// <summary>Everything up to here is on disk and is the leader's (SAFETY 9).</summary>
    void Ack(string leader, Term term, LogIndex flushed);

    /// <summary>A push does not fit, or is of a term that is over; the leader compares, or learns of the term.</summary>
    /// <param name="round">Of the push; 0 if its term is over.</param>
    void Refuse(string leader, Term term, long round, LogPoint tail);

    /// <summary>Where the logs agree last; null if nowhere in what the leader named.</summary>
    void AnswerCompare(string leader, Term term, long round, LogPoint? match, Tail logBase, LogPoint tail);

    /// <summary>Whether what the leader named was cut.</summary>
    void AnswerTruncate(string leader, Term term, long round, bool done, LogPoint tail);

    /// <summary>The log begins behind this base, durably, or need not.</summary>
    void AnswerInstall(string leader, Term term, long round, Tail newBase);

    /// <summary>The log is committed up to here, and maybe was before.</summary>
    void Committed(LogIndex upTo);

    /// <summary>Something that no leader sends was dropped.</summary>
    void Drop(string what);
}
