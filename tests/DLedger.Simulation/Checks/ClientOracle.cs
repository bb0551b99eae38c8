using System.Buffers.Text;
using System.Text;
using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>
/// What clients may rely on: the log is linearizable. An append that is asked for after another entry was shown to anybody gets a higher index; an
/// ack and a read tell what stands there for good; a linearizable read sees all that was shown before it was asked; what was rejected is never there,
/// what is unknown at most once.
/// </summary>
/// <remarks>Each body begins with a number of its own, so that it is known again.</remarks>
internal sealed class ClientOracle
{
    private readonly CommittedLog _committed;
    private readonly List<(ReadOnlyMemory<byte> Body, Request? Request, long Entry)> _bodies = [];
    private readonly Dictionary<long, (Request Request, int Place)> _acked = [];

    public ClientOracle(CommittedLog committed) => _committed = committed;

    /// <summary>The highest entry that any client has been shown as committed; -1 for none.</summary>
    public long Shown { get; private set; } = -1;

    /// <summary>Whether anybody appends what is known here.</summary>
    public bool HasAny => _bodies.Count > 0;

    public int Acked => _acked.Count;

    /// <summary>A body unlike all others; it is known as its first number.</summary>
    public ReadOnlyMemory<byte> NewBody(string rest)
    {
        ReadOnlyMemory<byte> body = Encoding.UTF8.GetBytes(
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{_bodies.Count}:{rest}"));
        _bodies.Add((body, null, -1));
        return body;
    }

    public void Asked(Request request)
    {
        foreach (var body in request.Bodies)
        {
            var number = NumberOf(body);
            _bodies[number] = _bodies[number] with { Request = request };
        }
    }

    /// <summary>The next batch is known to be committed.</summary>
    public void Committed(Batch batch)
    {
        var entry = batch.FirstEntry.Value;
        foreach (var body in batch.Bodies)
        {
            var number = NumberOf(body);
            Invariant.Holds(
                number >= 0 && number < _bodies.Count && _bodies[number].Body.Span.SequenceEqual(body.Span),
                $"An entry that nobody appended: {entry} holds '{Text(body)}'.");
            var (_, request, before) = _bodies[number];
            Invariant.Holds(request is not null, $"An entry that nobody asked for: {entry} holds '{Text(body)}'.");
            Invariant.Holds(before < 0, $"An entry twice: '{Text(body)}' stands at {before} and at {entry}.");
            Invariant.Holds(request.Answer is not AppendResult.Rejected, $"A rejected entry in the log: {entry} holds '{Text(body)}' of {request}.");
            Invariant.Holds(
                entry > request.ShownBefore,
                $"An entry before one that was there already: {entry} is of {request}, and {request.ShownBefore} had been shown when it was asked.");
            _bodies[number] = _bodies[number] with { Entry = entry };
            entry++;
        }
    }

    public void Answered(Request request, AppendResult.Committed committed)
    {
        Invariant.Holds(
            committed.Count == request.Bodies.Count,
            $"An ack of another count: {request} of {request.Bodies.Count} entries is answered by {committed}.");
        for (var i = 0; i < request.Bodies.Count; i++)
        {
            var entry = committed.Index + i;
            Invariant.Holds(
                Stands(entry, request.Bodies[i]),
                $"An ack of something else: {request} got {committed}, where '{Text(_committed.BodyAt(new EntryIndex(entry)))}' stands.");
            Invariant.Holds(_acked.TryAdd(entry, (request, i)), $"An entry acked twice: {request} got {committed}.");
        }

        Show(committed.Index + committed.Count - 1);
    }

    public void Answered(Request request, AppendResult.Rejected rejected)
    {
        foreach (var body in request.Bodies)
            Invariant.Holds(
                _bodies[NumberOf(body)].Entry < 0,
                $"A rejected entry in the log: {request} got {rejected}, and its entry is {_bodies[NumberOf(body)].Entry}.");
    }

    public void Answered(Request request, Read read, ReadResult.Entries entries)
    {
        Invariant.Holds(
            entries.Items.Count > 0 && entries.Items.Count <= read.Count, $"A read of another count: {request} got {entries.Items.Count} entries.");
        for (var i = 0; i < entries.Items.Count; i++)
        {
            var item = entries.Items[i];
            Invariant.Holds(item.Index == read.From + i, $"A read of other entries: {request} from {read.From} got entry {item.Index} in place {i}.");
            Invariant.Holds(
                Stands(item.Index, item.Body),
                $"A read of something else: {request} got '{Text(item.Body)}' for entry {item.Index}, which is "
                + $"'{Text(_committed.BodyAt(new EntryIndex(item.Index)))}'.");
        }

        Saw(request, read.Mode, entries.CommittedIndex);
    }

    public void Answered(Request request, Read read, ReadResult.OutOfRange range)
    {
        Invariant.Holds(
            read.From > range.CommittedIndex || read.From < range.FirstIndex || range.FirstIndex < 0,
            $"A read that was in range: {request} from {read.From} of {range.FirstIndex} to {range.CommittedIndex}.");
        Saw(request, read.Mode, range.CommittedIndex);
    }

    public void Answered(Request request, GetCommitPosition ask, CommitPositionResult.Position position)
    {
        Invariant.Holds(position.FirstIndex <= position.CommittedIndex, $"A log that begins behind its end: {request} got {position}.");
        Saw(request, ask.Mode, position.CommittedIndex);
    }

    public void Answered(Request request, Query query, QueryResult.Answer answer) => Saw(request, query.Mode, answer.AppliedIndex);

    /// <summary>
    /// Every acked entry is in the log that all have in the end; what a member took for committed before was compared with it then.
    /// </summary>
    public void CheckEnd()
    {
        Invariant.Holds(
            Shown < _committed.NextEntry.Value, $"An acked entry is gone: {Shown} was shown, and the log ends before {_committed.NextEntry}.");
        foreach (var (entry, (request, place)) in _acked)
            Invariant.Holds(Stands(entry, request.Bodies[place]), $"An acked entry is gone: {entry} of {request}.");
    }

    private void Saw(Request request, ReadMode mode, long committed)
    {
        var least = mode.NeedsLeader ? request.ShownBefore : mode.Kind == ReadModeKind.AtLeast ? mode.Index : -1;
        Invariant.Holds(
            committed >= least, $"A stale read: {request}, {mode}, saw {committed}, and {request.ShownBefore} had been shown when it was asked.");
        Show(committed);
    }

    private void Show(long entry) => Shown = Math.Max(Shown, entry);

    private bool Stands(long entry, ReadOnlyMemory<byte> body) =>
        _committed.BodyAt(new EntryIndex(entry)) is { } there && there.Span.SequenceEqual(body.Span);

    private static int NumberOf(ReadOnlyMemory<byte> body) => Utf8Parser.TryParse(body.Span, out int number, out _) ? number : -1;

    private static string Text(ReadOnlyMemory<byte>? body) => body is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : "nothing";
}
