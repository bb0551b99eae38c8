namespace DLedger.Processes.Tests;

/// <summary>
/// What was answered, and whether a log agrees: every acknowledged entry at its index, unchanged; nothing else but entries of unknown outcome, each
/// at most once unless it was sent again; never one that was rejected; all in the order in which they were sent.
/// </summary>
internal sealed class History
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, string> _acked = [];
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);
    private readonly HashSet<string> _rejected = new(StringComparer.Ordinal);

    /// <summary>Set when lines of unknown outcome are sent again: they may be there twice, and out of order.</summary>
    public bool AllowsRepeats { get; init; }

    public long AckedCount
    {
        get
        {
            lock (_gate) return _acked.Count;
        }
    }

    public int UnknownCount
    {
        get
        {
            lock (_gate) return _unknown.Count;
        }
    }

    /// <summary>-1 when nothing is acknowledged.</summary>
    public long LastAcked
    {
        get
        {
            lock (_gate) return _acked.Count == 0 ? -1 : _acked.Keys.Max();
        }
    }

    public void Add(string body, AppendResult result)
    {
        switch (result)
        {
            case AppendResult.Committed committed:
                Acked(committed.Index, body);
                break;
            case AppendResult.Unknown:
                Unknown(body);
                break;
            case AppendResult.Rejected:
                Rejected(body);
                break;
        }
    }

    public void Acked(long index, string body)
    {
        lock (_gate)
        {
            Expect.That(_acked.TryAdd(index, body), $"index {index} was acknowledged for two entries: {Short(_acked[index])} and {Short(body)}");
        }
    }

    public void Unknown(string body)
    {
        lock (_gate) _unknown.Add(body);
    }

    public void Rejected(string body)
    {
        lock (_gate) _rejected.Add(body);
    }

    /// <summary>Checks the whole log of one member.</summary>
    public void Check(string member, IReadOnlyList<string> log)
    {
        lock (_gate)
        {
            foreach (var (index, body) in _acked)
            {
                Expect.That(index < log.Count, $"{member}: acknowledged entry {index} ({Short(body)}) is missing; its log ends at {log.Count - 1}");
                Expect.That(log[(int)index] == body, $"{member}: acknowledged entry {index} was {Short(body)} and is {Short(log[(int)index])}");
            }

            // Of a line that was sent again, the first copy may be there beside the one that was acknowledged.
            var sentAgain = AllowsRepeats ? _acked.Values.ToHashSet(StringComparer.Ordinal) : [];
            var once = new HashSet<string>(StringComparer.Ordinal);
            var last = -1L;
            for (var index = 0; index < log.Count; index++)
            {
                var body = log[index];
                Expect.That(!_rejected.Contains(body), $"{member}: entry {index} ({Short(body)}) was rejected and is in the log");
                Expect.That(
                    _acked.ContainsKey(index) || _unknown.Contains(body) || sentAgain.Contains(body),
                    $"{member}: entry {index} ({Short(body)}) was never sent, or was acknowledged at another index");
                if (AllowsRepeats) continue;
                Expect.That(once.Add(body), $"{member}: entry {index} ({Short(body)}) is there twice");
                var number = RealText.NumberOf(body);
                Expect.That(number > last, $"{member}: entry {index} ({Short(body)}) came after number {last}");
                last = number;
            }
        }
    }

    private static string Short(string body) => body.Length <= 40 ? $"\"{body}\"" : $"\"{body[..40]}…\"";
}
