using System.Net;
using DotNext.Net.Cluster.Consensus.Raft;
using DotNext.Net.Cluster.Consensus.Raft.Membership;
using DotNext.Net.Cluster.Consensus.Raft.StateMachine;

namespace DLedger.Compare;

/// <summary>Three DotNext nodes in this process, over TCP, each with a write-ahead log; appended to at the leader.</summary>
internal sealed class DotNextContender : IContender
{
    private const int Count = 3;
    private const int ChunkBytes = 4 << 20;
    private const int ThreadsMin = 16;
    private const int ElectionMinMs = 1000;
    private const int ElectionMaxMs = 2000;

    private static readonly TimeSpan HangTimeout = TimeSpan.FromSeconds(30);

    private readonly RaftCluster _leader;

    private DotNextContender(RaftCluster leader) => _leader = leader;

    public static async Task<IContender> ConnectAsync(LoadPlan plan, bool synced, CancellationToken stop)
    {
        // Its flushes wait on threads of the pool; with a thread per core they starve the rest of it.
        ThreadPool.SetMinThreads(ThreadsMin, ThreadsMin);
        var endpoints = FreePorts.Pick(Count).Select(port => new IPEndPoint(IPAddress.Loopback, port)).ToList();
        var nodes = new List<RaftCluster>();
        foreach (var endpoint in endpoints)
        {
            var node = Make(endpoint, endpoints, Path.Combine(plan.Folder, $"d{nodes.Count}"), synced);
            nodes.Add(node);
            await node.StartAsync(stop).ConfigureAwait(false);
        }

        var leader = await Waiting.ForAsync("a leader", HangTimeout, () =>
            Task.FromResult(nodes.Find(node => node.Leader?.EndPoint is { } at && at.Equals(node.LocalMemberAddress))), stop).ConfigureAwait(false);
        return new DotNextContender(leader);
    }

    public ValueTask AppendAsync(ReadOnlyMemory<byte> body) =>
        _leader.ReplicateAsync(new BinaryLogEntry { Content = body, Term = _leader.Term }, CancellationToken.None);

    private static RaftCluster Make(IPEndPoint self, List<IPEndPoint> all, string folder, bool synced)
    {
        var config = new RaftCluster.TcpConfiguration(self)
        {
            LowerElectionTimeout = ElectionMinMs,
            UpperElectionTimeout = ElectionMaxMs,
            ColdStart = false,
            ConfigurationStorage = null, // in memory
        };
        var members = ((InMemoryClusterConfigurationStorage<EndPoint>)config.ConfigurationStorage!).CreateInitialConfigurationBuilder();
        foreach (var endpoint in all) members.Add(endpoint);
        members.Build();

        var options =
            new WriteAheadLog.Options { Location = folder, ChunkSize = ChunkBytes,
                MemoryManagement = WriteAheadLog.MemoryManagementStrategy.PrivateMemory };

        // No snapshot within a run: this is about the log.
        var machine = IStateMachine.CreateNoOp(long.MaxValue);
        return new RaftCluster(config) { AuditTrail = synced ? new SyncedLog(options, machine) : new WriteAheadLog(options, machine) };
    }
}
