namespace DLedger.Core;

/// <summary>
/// A follower's reads that need the leader's word for how far the log is committed: one question at a time for all that wait, asked again when no
/// answer comes (SAFETY 78). What does not depend on the leader waits elsewhere.
/// </summary>
/// <param name="rounds">Shared with the leader's part: what waits when this member is elected joins a round of its own.</param>
/// <param name="life">Drawn for this life of the member.</param>
/// <param name="patience">After so long without an answer, a question is sent again.</param>
/// <typeparam name="TRead">A read.</typeparam>
internal sealed class FollowerReads<TRead>(ReadRounds<TRead> rounds, long life, TimeSpan patience)
{
    /// <summary>When the question under way was asked, for the last time.</summary>
    private TimeSpan _askedAt;

    /// <summary>The question under way, or the last one.</summary>
    private ReadToken _token;

    /// <summary>
    /// The question to ask the leader now, if one is due: a new one for all reads that wait, or the one under way again. Whatever copy of that is
    /// answered, and however late, all its reads had come before the first was sent.
    /// </summary>
    public bool TryAsk(TimeSpan now, out ReadToken token)
    {
        token = _token;
        if (rounds.IsRunning)
        {
            if (now - _askedAt < patience) return false;
        }
        else
        {
            if (!rounds.TryStart(out var number)) return false;
            token = _token = new ReadToken(life, number);
        }

        _askedAt = now;
        return true;
    }

    /// <summary>The answer to a question; those that waited for this very one go to <paramref name="reads"/>.</summary>
    public bool TryAnswer(ReadToken token, ICollection<TRead> reads) => token.Life == life && rounds.TryConfirm(token.Number, reads, out _);

    /// <summary>Another leader, or none: it owes no answer.</summary>
    public void LeaderChanged() => rounds.Abandon();
}
