using FASTER.core;

namespace DLedger.Storage.Faster;

/// <summary>
/// Tells FASTER at opening which range our own scan has found, and keeps nothing afterwards: what a commit promises is in the frames themselves. Never throws,
/// because a throwing one makes FASTER's next commit hang for ever; the stock one loses data (docs: FASTER facts).
/// </summary>
internal sealed class LatchedCommitManager(long beginAddress, long untilAddress) : ILogCommitManager
{
    private const long RecoveredCommit = 1;

    private readonly FasterLogRecoveryInfo _recovered = new() { BeginAddress = beginAddress, UntilAddress = untilAddress, CommitNum = RecoveredCommit };
    private long _committedTo;

    /// <summary>How far FASTER itself has committed since it was opened; 0 before its first commit.</summary>
    public long CommittedTo => Volatile.Read(ref _committedTo);

    public void Commit(long beginAddress, long untilAddress, byte[] commitMetadata, long commitNum, bool forceWriteMetadata) =>
        Volatile.Write(ref _committedTo, untilAddress);

    public IEnumerable<long> ListCommits() => [RecoveredCommit];

    public byte[] GetCommitMetadata(long commitNum) => _recovered.ToByteArray();

    public void RemoveCommit(long commitNum)
    {
        // Nothing is kept.
    }

    public void RemoveAllCommits()
    {
        // Nothing is kept.
    }

    public void OnRecovery(long commitNum)
    {
        // Nothing else is kept.
    }

    public void Dispose()
    {
        // Nothing is open.
    }
}
