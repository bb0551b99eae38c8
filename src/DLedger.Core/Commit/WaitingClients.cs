namespace DLedger.Core;

/// <summary>
/// Clients that wait for their batch to be applied, in log order. Its bound, in entries and bytes, is kept by the log's owner, who alone can still
/// reject (SAFETY 16).
/// </summary>
/// <typeparam name="TClient">Whom to answer.</typeparam>
internal sealed class WaitingClients<TClient>
{
    private readonly Queue<Waiting> _queue = new();

    public int Count => _queue.Count;

    public void Add(TClient client, LogIndex batch, EntryIndex first, int count, TimeSpan deadline) =>
        _queue.Enqueue(new Waiting(client, batch, first, count, deadline));

    /// <summary>Takes the next client whose batch is applied.</summary>
    public bool TryTakeApplied(LogIndex applied, out Waiting client)
    {
        if (!_queue.TryPeek(out client) || client.Batch > applied) return false;
        _queue.Dequeue();
        return true;
    }

    /// <summary>Takes the next client that has waited too long.</summary>
    public bool TryTakeExpired(TimeSpan now, out Waiting client)
    {
        if (!_queue.TryPeek(out client) || client.Deadline > now) return false;
        _queue.Dequeue();
        return true;
    }

    /// <summary>Takes the next client, whatever became of its batch (step-down).</summary>
    public bool TryTake(out Waiting client) => _queue.TryDequeue(out client);

    /// <summary>One waiting client: its entries, their batch, and until when it waits.</summary>
    public readonly record struct Waiting(TClient Client, LogIndex Batch, EntryIndex First, int Count, TimeSpan Deadline);
}
