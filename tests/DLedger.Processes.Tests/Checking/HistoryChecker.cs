namespace DLedger.Processes.Tests;

/// <summary>
/// Says whether a history is one that a linearizable log can have had. It goes through the lines once and keeps the log that they describe, what each
/// append was told, and the last index that a completed operation shows to be there.
/// </summary>
/// <remarks>
/// Because every effect has its place in the log, no search is needed. Operations have an order by what they say: an append by its index, a read just
/// behind the last entry that it saw. The history is linearizable when no operation that was complete before another began comes behind it in that
/// order. It is enough to compare with the furthest one: <see cref="_completed"/> at the moment of the invoke.
/// </remarks>
internal sealed class HistoryChecker
{
    private const int ViolationsKept = 20;

    private readonly OneLog _log = new();
    private readonly Dictionary<string, AppendState> _appends = new(StringComparer.Ordinal);
    private readonly Dictionary<long, OpenOperation> _open = [];
    private readonly HashSet<long> _ended = [];
    private readonly List<HistoryViolation> _violations = [];
    private readonly List<long> _wholeReads = [];
    private readonly AvailabilityMeter _availability = new();
    private OutcomeCounts _appendCounts = new();
    private OutcomeCounts _readCounts = new();
    private long _violationCount;
    private long _line;
    private long _time = long.MinValue;
    private long _appendLines;
    private long _wholeReadsAfter = -1;

    /// <summary>The last index that a completed append got or a completed read saw; -1 when there is none.</summary>
    private long _completed = -1;

    /// <summary>Checks a file, line by line.</summary>
    public static HistoryVerdict CheckFile(string path)
    {
        var checker = new HistoryChecker();
        foreach (var line in File.ReadLines(path)) checker.AddLine(line);
        return checker.End();
    }

    public void AddLine(string text)
    {
        HistoryEvent line;
        try
        {
            line = HistoryLine.Parse(text);
        }
        catch (FormatException wrong)
        {
            _line++;
            Violated(HistoryRule.Format, wrong.Message);
            return;
        }

        Add(line);
    }

    public void Add(HistoryEvent line)
    {
        _line++;
        if (line.Time < _time) Violated(HistoryRule.Format, $"time goes back from {_time} to {line.Time}");
        _time = line.Time;
        if (line.Op == HistoryOp.Append)
        {
            _appendLines++;
            _appendCounts = _appendCounts.With(line.Type);
        }
        else
        {
            _readCounts = _readCounts.With(line.Type);
        }

        if (line.Type == HistoryType.Invoke)
        {
            Begin(line);
            return;
        }

        if (!_open.Remove(line.Client, out var open) || open.Invoke.Op != line.Op || open.Invoke.Body != line.Body)
        {
            Violated(HistoryRule.Format, $"client {line.Client} completes what it has not begun");
            return;
        }

        if (line.Type == HistoryType.Info) _ended.Add(line.Client);
        if (line.Op == HistoryOp.Append) EndAppend(line);
        else if (line.Type == HistoryType.Ok) EndRead(line, open);
    }

    /// <summary>After the last line.</summary>
    public HistoryVerdict End()
    {
        _line = 0;
        if (_wholeReadsAfter != _appendLines) Violated(HistoryRule.Complete, "the whole log was not read after the last append");
        else if (_wholeReads.Min() != _wholeReads.Max()) Violated(
            HistoryRule.Complete, $"at the end there are logs of {_wholeReads.Min()} and of {_wholeReads.Max()} entries");
        return new HistoryVerdict(
            _appendCounts,
            _readCounts,
            _wholeReadsAfter == _appendLines ? _wholeReads.Count : 0,
            _completed + 1,
            _availability.Seconds,
            _availability.SecondsWithOk,
            _availability.LongestGap,
            _violationCount,
            _violations);
    }

    private void Begin(HistoryEvent line)
    {
        if (_ended.Contains(line.Client)) Violated(HistoryRule.Format, $"client {line.Client} goes on after an info");
        if (!_open.TryAdd(line.Client, new OpenOperation(line, _completed, _appendLines)))
            Violated(HistoryRule.Format, $"client {line.Client} has two operations open");
        if (line.Op != HistoryOp.Append) return;
        _availability.Invoked(line.Time);
        if (!_appends.TryAdd(line.Body!, new AppendState(_completed))) Violated(HistoryRule.Format, $"{OneLog.Short(line.Body!)} is appended twice");
    }

    private void EndAppend(HistoryEvent line)
    {
        var body = line.Body!;
        var append = _appends[body];
        append.Failed = line.Type == HistoryType.Fail;
        if (append.Failed && _log.IndexOf(body) is not null) Violated(HistoryRule.Honest, $"{OneLog.Short(body)} failed, and a read had seen it");
        if (line.Type != HistoryType.Ok) return;
        _availability.Ok(line.Time);
        Learn(line.Index!.Value, body, isAck: true);
        _completed = Math.Max(_completed, line.Index.Value);
    }

    private void EndRead(HistoryEvent line, OpenOperation open)
    {
        var from = open.Invoke.Index!.Value;
        var bodies = line.Bodies!;
        if (line.Index is { } index && index != from) Violated(HistoryRule.Format, $"a read that began at {from} ends as one from {index}");
        for (var i = 0; i < bodies.Count; i++) Learn(from + i, bodies[i], isAck: false);
        var last = from + bodies.Count - 1;
        if (last < open.Completed) Violated(HistoryRule.Fresh, $"a read saw the log up to {last}, but {open.Completed} was there before it began");

        // A read beyond the end saw nothing; that it says where the end is not is checked above.
        if (bodies.Count > 0) _completed = Math.Max(_completed, last);
        if (from == 0 && open.AppendLines == _appendLines) AddWhole(bodies.Count);
    }

    private void AddWhole(long count)
    {
        if (_wholeReadsAfter != _appendLines) _wholeReads.Clear();
        _wholeReadsAfter = _appendLines;
        _wholeReads.Add(count);
    }

    /// <summary>An answer says that a body is at an index.</summary>
    private void Learn(long index, string body, bool isAck)
    {
        if (_log.BodyAt(index) is { } known && string.Equals(known, body, StringComparison.Ordinal))
        {
            _appends[body].Acked |= isAck;
            return;
        }

        if (!_appends.TryGetValue(body, out var append))
        {
            Violated(HistoryRule.Honest, $"index {index} is {OneLog.Short(body)}, which nobody has appended");
            return;
        }

        append.Acked |= isAck;
        if (append.Failed) Violated(HistoryRule.Honest, $"index {index} is {OneLog.Short(body)}, which failed");
        if (_log.BodyAt(index) is { } other)
            Violated(
                isAck || _appends[other].Acked ? HistoryRule.Durable : HistoryRule.Fresh,
                $"index {index} is {OneLog.Short(body)} here and was {OneLog.Short(other)} before");
        else if (_log.IndexOf(body) is { } elsewhere)
            Violated(
                append.Acked ? HistoryRule.Durable : HistoryRule.Honest,
                $"{OneLog.Short(body)} is at index {index} here and was at {elsewhere} before");
        else
            _log.Place(index, body);
        if (index <= append.Floor)
            Violated(HistoryRule.Ordered, $"{OneLog.Short(body)} got index {index}, but {append.Floor} was there before it was appended");
    }

    private void Violated(HistoryRule rule, string what)
    {
        _violationCount++;
        if (_violations.Count < ViolationsKept) _violations.Add(new HistoryViolation(rule, _line, what));
    }

    /// <param name="Invoke">How it began.</param>
    /// <param name="Completed">What was there then.</param>
    /// <param name="AppendLines">How many lines of appends there were then.</param>
    private sealed record OpenOperation(HistoryEvent Invoke, long Completed, long AppendLines);

    private sealed class AppendState(long floor)
    {
        /// <summary>The last index that was surely taken when it began.</summary>
        public long Floor { get; } = floor;

        public bool Failed { get; set; }

        public bool Acked { get; set; }
    }
}
