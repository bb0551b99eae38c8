using System.Runtime.CompilerServices;

namespace DLedger.Host.Tests;

/// <summary>A group in memory whose answers to appends a test can script.</summary>
internal sealed class FakeLedger : ILedgerClient
{
    private readonly Lock _gate = new();
    private readonly List<byte[]> _entries = [];
    private int _appends;

    public IReadOnlyList<byte[]> Entries
    {
        get
        {
            lock (_gate) return [.. _entries];
        }
    }

    /// <summary>By the number of the append, from 0: an answer other than Committed, or null.</summary>
    public Func<int, AppendResult?> Script { get; set; } = _ => null;

    public IReadOnlyList<MemberReport> Reports { get; set; } = [];

    public TransferResult Transfer { get; set; } = new TransferResult.Transferred("n1", 4);

    public Task<AppendResult> AppendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (Script(_appends++) is { } scripted) return Task.FromResult(scripted);
            _entries.Add(body.ToArray());
            return Task.FromResult<AppendResult>(new AppendResult.Committed(_entries.Count - 1, 1, 1));
        }
    }

    public Task<ReadResult> ReadAsync(Read read, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (read.From >= _entries.Count)
                return Task.FromResult<ReadResult>(new ReadResult.OutOfRange(_entries.Count == 0 ? -1 : 0, _entries.Count - 1));
            var items = _entries.Skip((int)read.From).Take(read.Count).Select((body, i) => new LedgerEntry(read.From + i, 1, body)).ToList();
            return Task.FromResult<ReadResult>(new ReadResult.Entries(items, _entries.Count - 1));
        }
    }

    /// <summary>What commands are executed by.</summary>
    public RegisterMachine Register { get; } = new();

    public Task<AppendResult> ExecuteAsync(ReadOnlyMemory<byte> command, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (Script(_appends++) is { } scripted) return Task.FromResult(scripted);
            _entries.Add(command.ToArray());
            var reply = Register.Apply(RegisterOrder.TryDecode(command)).Encode();
            return Task.FromResult<AppendResult>(new AppendResult.Applied(_entries.Count - 1, 1, [reply]));
        }
    }

    public Task<QueryResult> QueryAsync(ReadOnlyMemory<byte> question, ReadMode mode, CancellationToken cancellation)
    {
        lock (_gate) return Task.FromResult<QueryResult>(new QueryResult.Answer(Register.Query(question), _entries.Count - 1));
    }

    public async IAsyncEnumerable<LedgerEntry> TailAsync(long from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Yield();
        foreach (var (body, i) in Entries.Select((body, i) => (body, i)).Skip((int)from)) yield return new LedgerEntry(i, 1, body);
    }

    public Task<IReadOnlyList<MemberReport>> StatusAsync(TimeSpan timeout, CancellationToken cancellation) => Task.FromResult(Reports);

    public Task<TransferResult> TransferAsync(string to, CancellationToken cancellation) => Task.FromResult(Transfer);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
