using BenchmarkDotNet.Attributes;
using DLedger.Core;

namespace DLedger.Micro;

/// <summary>
/// What a leader does with an append before the store gets it: accepted, collected, encoded, and let go when it is committed; per entry, 64 to a
/// batch.
/// </summary>
public class AppendPath
{
    private readonly object _client = new();
    private ReadOnlyMemory<byte>[] _bodies = [];
    private AppendIntake<object> _intake = null!;
    private Tail _tail;

    [Params(16, 128, 1024)]
    public int EntryBytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _bodies = Sample.Bodies(Sample.Entries, EntryBytes);
        _intake = new AppendIntake<object>(new IntakeSettings(1 << 20, 128 << 10, 16384, 64 << 20));
        _tail = Tail.Empty;
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Sample.Entries)]
    public int RequestsOfOneEntry()
    {
        foreach (var body in _bodies)
        {
            if (_intake.JudgeCapacity(body.Length, 1, long.MaxValue) != AppendVerdict.Accepted || _intake.NeedsNewBatch(body.Length, 1))
                throw new InvalidOperationException("No room.");
            _intake.Accept(_client, body, TimeSpan.Zero);
        }

        return CloseBatch();
    }

    [Benchmark(OperationsPerInvoke = Sample.Entries)]
    public int OneRequestOfAll()
    {
        if (_intake.JudgeSize(_bodies, out var bytes) != AppendVerdict.Accepted) throw new InvalidOperationException("Too large.");
        _intake.Accept(_client, _bodies, bytes, TimeSpan.Zero);
        return CloseBatch();
    }

    private int CloseBatch()
    {
        var batch = _intake.Encode(_tail, Sample.Term);
        var clients = _intake.Closed(batch.Index);
        _tail = batch.Tail;
        _intake.Committed(batch.Index);
        return clients.Count;
    }
}
