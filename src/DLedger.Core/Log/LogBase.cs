namespace DLedger.Core;

/// <summary>
/// What stands before the first batch of a log: the tail there, and a prefix that stands for everything that the log said up to that tail. Only the
/// owner of the log knows what the prefix means; stores and wires carry it unread. A log moves its base (retention), starts again at one (reset), and
/// keeps one as of a checkpoint.
/// </summary>
internal sealed class LogBase : IEquatable<LogBase>
{
    /// <summary>The largest prefix.</summary>
    public const int PrefixBytesMax = 1 << 20;

    /// <summary>The base of a log that starts at the beginning: there is nothing before it.</summary>
    public static readonly LogBase Empty = new(Tail.Empty);

    /// <param name="tail">The last batch before the first one.</param>
    /// <param name="prefix">Owned from here on; at most <see cref="PrefixBytesMax"/>.</param>
    public LogBase(Tail tail, ReadOnlyMemory<byte> prefix = default)
    {
        Invariant.Holds(prefix.Length <= PrefixBytesMax, $"A prefix of {prefix.Length} bytes is larger than {PrefixBytesMax}.");
        Tail = tail;
        Prefix = prefix;
    }

    /// <summary>The last batch before the first one.</summary>
    public Tail Tail { get; }

    /// <summary>What the owner of the log wrote down of everything up to <see cref="Tail"/>.</summary>
    public ReadOnlyMemory<byte> Prefix { get; }

    public LogIndex Index => Tail.Index;

    public LogPoint Point => Tail.Point;

    public bool Equals(LogBase? other) => other is not null && Tail == other.Tail && Prefix.Span.SequenceEqual(other.Prefix.Span);

    public override bool Equals(object? obj) => Equals(obj as LogBase);

    public override int GetHashCode() => HashCode.Combine(Tail, Prefix.Length);

    public override string ToString() => $"{Tail} with a prefix of {Prefix.Length} bytes";
}
