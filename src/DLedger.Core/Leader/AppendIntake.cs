using System.Runtime.InteropServices;

namespace DLedger.Core;

/// <summary>
/// What a leader has accepted but not yet put into a batch, and what is outstanding altogether: the bound that makes it answer Busy instead of
/// growing (SAFETY 16), the limits of a batch (SAFETY 17), and the order within streams. Lives for one leadership.
/// </summary>
/// <typeparam name="TClient">Whom to answer.</typeparam>
internal sealed class AppendIntake<TClient>
{
    private const int StreamsMax = 4096;

    private readonly IntakeSettings _settings;
    private readonly List<ReadOnlyMemory<byte>> _bodies = [];
    private readonly Dictionary<Guid, long> _streams = [];
    private readonly Queue<Guid> _streamsByAge = new();
    private readonly Queue<(LogIndex Batch, int Entries, long Bytes)> _inLog = new();
    private List<Accepted> _clients = [];
    private long _bodyBytes;
    private long _entriesOutstanding;
    private long _bytesOutstanding;

    public AppendIntake(IntakeSettings settings) => _settings = settings;

    /// <summary>Bytes of the batch that what was collected would make; 0 when there is nothing.</summary>
    public long CollectedBytes => _bodies.Count == 0 ? 0 : Batch.EncodedBytes(_bodyBytes, _bodies.Count);

    public bool HasCollected => _bodies.Count > 0;

    public bool IsFull => CollectedBytes - Batch.HeaderBytes >= _settings.BatchBytesMax;

    public long EntriesOutstanding => _entriesOutstanding;

    public long BytesOutstanding => _bytesOutstanding;

    /// <summary>Judges a request by its size alone.</summary>
    /// <param name="bodies">Its entries.</param>
    /// <param name="bytes">Of all bodies together, if it is accepted.</param>
    public AppendVerdict JudgeSize(IReadOnlyList<ReadOnlyMemory<byte>> bodies, out long bytes)
    {
        ArgumentNullException.ThrowIfNull(bodies);
        bytes = 0;
        if (bodies.Count == 0) return AppendVerdict.NoEntries;
        // By place: the enumerator of a list that is not known costs more than what it yields.
        for (var i = 0; i < bodies.Count; i++)
        {
            var length = bodies[i].Length;
            if (length > _settings.MaxEntrySize) return AppendVerdict.EntryTooLarge;
            bytes += length;
        }

        return bodies.Count > 1 && Batch.EncodedBytes(bytes, bodies.Count) - Batch.HeaderBytes > _settings.BatchBytesMax
            ? AppendVerdict.RequestTooLarge
            : AppendVerdict.Accepted;
    }

    /// <summary>Whether so much more may be outstanding, given the space that the log still has (SAFETY 16).</summary>
    public AppendVerdict JudgeCapacity(long bytes, int count, long freeBytes)
    {
        // An empty intake takes any single request, or one entry of the largest size could never pass a small bound.
        if (_entriesOutstanding > 0
            && (_entriesOutstanding + count > _settings.PendingEntriesMax || _bytesOutstanding + bytes > _settings.PendingBytesMax))
            return AppendVerdict.TooMuchOutstanding;
        return CollectedBytes + Batch.EncodedBytes(bytes, count) > freeBytes ? AppendVerdict.DiskFull : AppendVerdict.Accepted;
    }

    /// <summary>Whether a request is the next of its stream.</summary>
    public bool IsNextOf(Guid stream, long sequence, bool start) => start || (_streams.TryGetValue(stream, out var next) && next == sequence);

    /// <summary>The request was accepted: the stream goes on behind it.</summary>
    public void AdvanceStream(Guid stream, long sequence)
    {
        if (!_streams.ContainsKey(stream))
        {
            _streamsByAge.Enqueue(stream);
            // A stream that is forgotten gets OutOfOrder and starts anew.
            if (_streamsByAge.Count > StreamsMax) _streams.Remove(_streamsByAge.Dequeue());
        }

        _streams[stream] = sequence + 1;
    }

    /// <summary>Whether these bodies need a batch of their own behind the one being collected.</summary>
    public bool NeedsNewBatch(long bytes, int count) =>
        HasCollected && Batch.EncodedBytes(_bodyBytes + bytes, _bodies.Count + count) - Batch.HeaderBytes > _settings.BatchBytesMax;

    public void Accept(TClient client, ReadOnlyMemory<byte> body, TimeSpan deadline)
    {
        _bodies.Add(body);
        Count(client, body.Length, 1, deadline);
    }

    /// <param name="bytes">As <see cref="JudgeSize"/> has told.</param>
    public void Accept(TClient client, IReadOnlyList<ReadOnlyMemory<byte>> bodies, long bytes, TimeSpan deadline)
    {
        ArgumentNullException.ThrowIfNull(bodies);
        for (var i = 0; i < bodies.Count; i++) _bodies.Add(bodies[i]);
        Count(client, bytes, bodies.Count, deadline);
    }

    /// <summary>Encodes what was collected; it stays collected until <see cref="Closed"/> says that the log has taken it.</summary>
    public Batch Encode(Tail previous, Term term, LogTime time = default) =>
        Batch.Entries(previous, term, CollectionsMarshal.AsSpan(_bodies), time);

    /// <summary>The log has taken the batch: hands over its clients, in order.</summary>
    public IReadOnlyList<Accepted> Closed(LogIndex batch)
    {
        var clients = _clients;
        _inLog.Enqueue((batch, _bodies.Count, _bodyBytes));
        _clients = new List<Accepted>(clients.Count);
        _bodies.Clear();
        _bodyBytes = 0;
        return clients;
    }

    /// <summary>What is committed is no longer outstanding.</summary>
    public void Committed(LogIndex committed)
    {
        while (_inLog.TryPeek(out var batch) && batch.Batch <= committed)
        {
            _entriesOutstanding -= batch.Entries;
            _bytesOutstanding -= batch.Bytes;
            _inLog.Dequeue();
        }
    }

    /// <summary>Takes the clients whose entries are in no batch: only these may be rejected (SAFETY 16).</summary>
    public IReadOnlyList<Accepted> TakeUnbatched()
    {
        var clients = _clients;
        if (clients.Count == 0) return clients;
        _clients = [];
        _entriesOutstanding -= _bodies.Count;
        _bytesOutstanding -= _bodyBytes;
        // What follows in a stream must not get in behind the gap: every stream starts anew.
        _streams.Clear();
        _streamsByAge.Clear();
        _bodies.Clear();
        _bodyBytes = 0;
        return clients;
    }

    private void Count(TClient client, long bytes, int count, TimeSpan deadline)
    {
        _clients.Add(new Accepted(client, count, deadline));
        _bodyBytes += bytes;
        _entriesOutstanding += count;
        _bytesOutstanding += bytes;
    }

    /// <summary>An accepted request: so many entries, to be answered by then.</summary>
    public readonly record struct Accepted(TClient Client, int Count, TimeSpan Deadline);
}
