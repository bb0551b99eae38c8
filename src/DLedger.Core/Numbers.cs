namespace DLedger.Core;

/// <summary>A Raft term. 0 is the term before the first election.</summary>
internal readonly record struct Term(long Value) : IComparable<Term>
{
    public static readonly Term None = new(0);

    /// <summary>No term is above this, on the wire or on disk: what can be saved can be read, and counting on never overflows.</summary>
    public static readonly Term Max = new(1L << 60);

    /// <summary>
    /// No group of honest members gets so far ahead of one of them: a message that claims to is damaged or a forgery, and raises no term.
    /// </summary>
    public const long LeapMax = 1L << 32;

    /// <summary>Whether a message of a member may show this term to one that is in <paramref name="ours"/>.</summary>
    public bool IsPlausibleAfter(Term ours) => this <= Max && Value - ours.Value <= LeapMax;

    public Term Next => new(Value + 1);

    public int CompareTo(Term other) => Value.CompareTo(other.Value);

    public static bool operator <(Term left, Term right) => left.Value < right.Value;

    public static bool operator >(Term left, Term right) => left.Value > right.Value;

    public static bool operator <=(Term left, Term right) => left.Value <= right.Value;

    public static bool operator >=(Term left, Term right) => left.Value >= right.Value;

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>The Raft number of a batch, from 1, no gaps. 0 stands before the first batch.</summary>
internal readonly record struct LogIndex(long Value) : IComparable<LogIndex>
{
    public static readonly LogIndex None = new(0);

    public LogIndex Next => new(Value + 1);

    public LogIndex Previous => new(Value - 1);

    public static LogIndex Min(LogIndex left, LogIndex right) => left <= right ? left : right;

    public static LogIndex Max(LogIndex left, LogIndex right) => left >= right ? left : right;

    public int CompareTo(LogIndex other) => Value.CompareTo(other.Value);

    public static bool operator <(LogIndex left, LogIndex right) => left.Value < right.Value;

    public static bool operator >(LogIndex left, LogIndex right) => left.Value > right.Value;

    public static bool operator <=(LogIndex left, LogIndex right) => left.Value <= right.Value;

    public static bool operator >=(LogIndex left, LogIndex right) => left.Value >= right.Value;

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>The dense number of an entry, from 0, no gaps: what an append returns and a read takes.</summary>
internal readonly record struct EntryIndex(long Value) : IComparable<EntryIndex>
{
    public static readonly EntryIndex Zero = new(0);

    public EntryIndex Plus(long count) => new(Value + count);

    public int CompareTo(EntryIndex other) => Value.CompareTo(other.Value);

    public static bool operator <(EntryIndex left, EntryIndex right) => left.Value < right.Value;

    public static bool operator >(EntryIndex left, EntryIndex right) => left.Value > right.Value;

    public static bool operator <=(EntryIndex left, EntryIndex right) => left.Value <= right.Value;

    public static bool operator >=(EntryIndex left, EntryIndex right) => left.Value >= right.Value;

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>Raft's (index, term) of one batch.</summary>
internal readonly record struct LogPoint(LogIndex Index, Term Term)
{
    /// <summary>The point before the first batch of an empty log.</summary>
    public static readonly LogPoint Origin = new(LogIndex.None, Term.None);

    /// <summary>Raft 5.4.1: a log is at least as up to date as another if its last term is higher, or equal and its log not shorter.</summary>
    public bool IsAtLeastAsUpToDateAs(LogPoint other) => Term > other.Term || (Term == other.Term && Index >= other.Index);

    public override string ToString() => $"({Index}, term {Term})";
}

/// <summary>
/// The time of a log, in microseconds: what its leaders measured, written into each batch. It only grows within a log, and says nothing about any
/// clock.
/// </summary>
internal readonly record struct LogTime(long Microseconds) : IComparable<LogTime>
{
    /// <summary>The time of a log that has no batch yet.</summary>
    public static readonly LogTime Zero = new(0);

    /// <summary>No time is above this, on the wire or on disk: counting on never overflows.</summary>
    public static readonly LogTime Max = new(1L << 60);

    public static LogTime Later(LogTime left, LogTime right) => left >= right ? left : right;

    public int CompareTo(LogTime other) => Microseconds.CompareTo(other.Microseconds);

    public static bool operator <(LogTime left, LogTime right) => left.Microseconds < right.Microseconds;

    public static bool operator >(LogTime left, LogTime right) => left.Microseconds > right.Microseconds;

    public static bool operator <=(LogTime left, LogTime right) => left.Microseconds <= right.Microseconds;

    public static bool operator >=(LogTime left, LogTime right) => left.Microseconds >= right.Microseconds;

    public override string ToString() => $"{Microseconds.ToString(System.Globalization.CultureInfo.InvariantCulture)} us";
}

/// <summary>
/// The last batch of a log with the number that the next entry gets and the log time there. Also what stands just before a log's first batch
/// (<see cref="LogBase"/>).
/// </summary>
internal readonly record struct Tail(LogIndex Index, Term Term, EntryIndex NextEntry, LogTime Time = default)
{
    /// <summary>The tail of an empty log, and the base of one that starts at the beginning.</summary>
    public static readonly Tail Empty = new(LogIndex.None, Term.None, EntryIndex.Zero);

    public LogPoint Point => new(Index, Term);

    public override string ToString() => $"({Index}, term {Term}, next entry {NextEntry})";
}

/// <summary>A position in a store's write-ahead log, in bytes. It only ever grows; it says nothing about log indexes.</summary>
internal readonly record struct WalAddress(long Value) : IComparable<WalAddress>
{
    public int CompareTo(WalAddress other) => Value.CompareTo(other.Value);

    public static bool operator <(WalAddress left, WalAddress right) => left.Value < right.Value;

    public static bool operator >(WalAddress left, WalAddress right) => left.Value > right.Value;

    public static bool operator <=(WalAddress left, WalAddress right) => left.Value <= right.Value;

    public static bool operator >=(WalAddress left, WalAddress right) => left.Value >= right.Value;

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
