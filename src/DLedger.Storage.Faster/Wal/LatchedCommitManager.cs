using FASTER.core;

namespace DLedger.Storage.Faster;

/// <summary>
/// Tells FASTER at opening which range our own scan has found, and keeps nothing afterwards: what a flush promises is in the frames themselves, and
/// FASTER is never asked to commit (<see cref="TailFlush"/>). The stock one loses data (docs: FASTER facts).
/// </summary>
internal sealed class LatchedCommitManager(long beginAddress, long untilAddress) : ILogCommitManager
{
    private const long RecoveredCommit = 1;

    private readonly FasterLogRecoveryInfo _recovered =
        new() { BeginAddress = beginAddress, UntilAddress = untilAddress, CommitNum = RecoveredCommit };

    public void Commit(long beginAddress, long untilAddress, byte[] commitMetadata, long commitNum, bool forceWriteMetadata)
    {
        // Nothing is kept.
    }

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
