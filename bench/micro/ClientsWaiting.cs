using BenchmarkDotNet.Attributes;
using DLedger.Core;

namespace DLedger.Micro;

/// <summary>Clients that wait for a batch and are taken out when it is committed; per commit.</summary>
public class ClientsWaiting
{
    private readonly WaitingClients<object> _waiting = new();
    private readonly object _client = new();
    private long _index;

    [Params(1, 64, 512)]
    public int Clients { get; set; }

    [Benchmark]
    public long AddAndTakeCommitted()
    {
        var batch = new LogIndex(++_index);
        for (var i = 0; i < Clients; i++) _waiting.Add(_client, batch, new EntryIndex(i), 1, TimeSpan.Zero);
        long last = 0;
        while (_waiting.TryTakeApplied(batch, out var client)) last = client.First.Value;
        return last;
    }
}
