namespace DLedger.Core;

/// <summary>What a <see cref="LeaderLog{TClient}"/> has done for it, at once and in the order of the calls.</summary>
/// <typeparam name="TClient">Whom to answer.</typeparam>
internal interface ILeaderLogActions<TClient>
{
    /// <summary>A batch was given to the log: whoever counts acks is told, with the clients that wait for it in order.</summary>
    void Appended(Term term, Batch batch, IReadOnlyList<AppendIntake<TClient>.Accepted> clients);

    /// <summary>The same batch is to be pushed to all peers: behind <see cref="Appended"/>, so that no ack comes before (SAFETY 14).</summary>
    void Handed(Term term, Batch batch);

    /// <summary>The leader has everything up to here on its own disk: one ack among others.</summary>
    void OwnAck(Term term, LogIndex flushed);

    /// <summary><see cref="LeaderLog{TClient}.CloseBatch"/> is to be called behind the appends that are queued already.</summary>
    void CloseBatchLater(Term term);

    /// <summary>Whoever counts acks reports when all up to <paramref name="upTo"/> is committed and on this peer's disk.</summary>
    void AwaitCaughtUp(Term term, string peer, LogIndex upTo);

    /// <summary>The hand-over failed: nothing of <see cref="AwaitCaughtUp"/> is to be reported any more.</summary>
    void Resumed(Term term);

    /// <summary>An append that was taken is in no batch and never will be.</summary>
    void Reject(TClient client, AppendVerdict why);

    /// <summary>An append that was taken may be in the log, or not.</summary>
    void Unknown(TClient client);
}
