using System.Collections.Concurrent;
using System.Text.Json;
using DLedger;

namespace Inventory;

/// <summary>A request to change the stock of an item.</summary>
public sealed record Change(int By);

/// <summary>An entry of the ledger.</summary>
public sealed record Movement(string Item, int By);

/// <summary>What all entries add up to, in the memory of this process: it follows the log from its beginning.</summary>
public sealed class Stock(DLedgerClient ledger) : BackgroundService
{
    private readonly ConcurrentDictionary<string, long> _counts = new();
    private readonly Lock _gate = new();
    private readonly List<(long Index, TaskCompletionSource Reached)> _waiting = [];
    private long _applied = -1;

    /// <summary>The stock of an item, once everything up to an entry is counted in.</summary>
    public async Task<long> CountAsync(string item, long upTo)
    {
        await ReachedAsync(upTo);
        return _counts.GetValueOrDefault(item);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not before the host has started everything: the member is started by then.
        await Task.Yield();
        try
        {
            await foreach (var entry in ledger.TailAsync(0, ReadMode.Local, stoppingToken)) Apply(entry);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private void Apply(LedgerEntry entry)
    {
        var movement = JsonSerializer.Deserialize<Movement>(entry.Body.Span)!;
        _counts.AddOrUpdate(movement.Item, movement.By, (_, count) => count + movement.By);
        lock (_gate)
        {
            _applied = entry.Index;
            foreach (var (_, reached) in _waiting.Where(waiting => waiting.Index <= _applied)) reached.SetResult();
            _waiting.RemoveAll(waiting => waiting.Index <= _applied);
        }
    }

    private Task ReachedAsync(long index)
    {
        lock (_gate)
        {
            if (index <= _applied) return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((index, reached));
            return reached.Task;
        }
    }
}
