using DLedger.Core;

namespace DLedger.Micro;

/// <summary>What the benchmarks work on: bodies that do not compress into nothing, and batches of them.</summary>
internal static class Sample
{
    /// <summary>Entries of a batch where a benchmark says nothing else.</summary>
    public const int Entries = 64;

    public const string Group = "default";

    public static readonly Term Term = new(3);

    public static ReadOnlyMemory<byte>[] Bodies(int count, int bytes)
    {
        var random = new Random(count ^ bytes);
        var bodies = new ReadOnlyMemory<byte>[count];
        for (var i = 0; i < count; i++)
        {
            var body = new byte[bytes];
            random.NextBytes(body);
            bodies[i] = body;
        }

        return bodies;
    }

    /// <summary>A log from its beginning: so many batches, each of so many entries of so many bytes.</summary>
    public static Batch[] Log(int batches, int entries, int bytes)
    {
        var bodies = Bodies(entries, bytes);
        var log = new Batch[batches];
        var tail = Tail.Empty;
        for (var i = 0; i < batches; i++)
        {
            log[i] = Batch.Entries(tail, Term, bodies);
            tail = log[i].Tail;
        }

        return log;
    }
}
