using BenchmarkDotNet.Attributes;
using DLedger.Core;

namespace DLedger.Micro;

/// <summary>The commit rule: every member acks one batch after the other; per batch.</summary>
public class CommitPath
{
    private const int Batches = 1024;

    private string[] _voters = [];
    private Membership _members = null!;

    [Params(3, 5, 7)]
    public int Members { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _voters = [.. Enumerable.Range(0, Members).Select(id => $"n{id}")];
        _members = Membership.Of(_voters);
    }

    [Benchmark(OperationsPerInvoke = Batches)]
    public long AcksOfAllMembers()
    {
        var rule = new CommitRule(_members, new LogIndex(1), LogIndex.None);
        for (var index = 1; index <= Batches; index++)
        {
            foreach (var voter in _voters) rule.Acked(voter, new LogIndex(index));
        }

        return rule.Committed.Value;
    }
}
