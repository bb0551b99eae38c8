using DotNext.IO.Log;
using DotNext.Net.Cluster.Consensus.Raft;
using DotNext.Net.Cluster.Consensus.Raft.StateMachine;

namespace DLedger.Compare;

/// <summary>
/// DotNext's write-ahead log whose follower flushes before it answers the leader. Stock, a follower answers from memory and flushes behind; the
/// leader always flushes before it commits. So here an append is acknowledged once it is on the leader's disk and on another one's.
/// </summary>
internal sealed class SyncedLog(WriteAheadLog.Options options, IStateMachine machine) : WriteAheadLog(options, machine), IAuditTrail<IRaftLogEntry>
{
    /// <summary>What a follower calls with the leader's entries, and answers after.</summary>
    async ValueTask IAuditTrail<IRaftLogEntry>.AppendAsync<TEntry>(
        ILogEntryProducer<TEntry> entries, long startIndex, bool skipCommitted, CancellationToken token)
    {
        await AppendAsync(entries, startIndex, skipCommitted, token).ConfigureAwait(false);
        await FlushAsync(token).ConfigureAwait(false);
    }
}
