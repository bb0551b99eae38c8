using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using DLedger.Core;

namespace DLedger.Storage.Faster.Tests.PowerLoss;

/// <summary>
/// The plainest durable store: one file of checked records, each synced before it counts, played again into a memory log at opening. With a flaw on
/// demand, to see that the power-loss runs have teeth; without one, to see that they do not bite a correct store.
/// </summary>
internal sealed class JournalStore : ILogStoreFactory, ILogStore, IGroupLog, ILogWriter, IHardStateStore
{
    private const string Name = "journal";
    private const int HeaderBytes = 17;

    private enum Kind : byte
    {
        Identity = 1,
        Batch,
        Truncate,
        Reset,
        HardState,
    }

    private readonly IStoreFiles _files;
    private readonly JournalFlaw _flaw;
    private IStoreFile _file = null!;
    private ILogStore? _memory;
    private IGroupLog _log = null!;
    private IStoreListener? _listener;
    private readonly Queue<(byte[] Record, Action<string?>? Done)> _given = new();
    private Thread? _flusher;
    private bool _failed;
    private bool _closed;
    private long _givenTo;
    private long _end;
    private long _sequence;
    private List<(Kind Kind, byte[] Payload)> _records = [];

    public JournalStore(IStoreFiles files, JournalFlaw flaw)
    {
        _files = files;
        _flaw = flaw;
    }

    public Guid StoreId { get; private set; }

    public ILogWriter Writer => this;

    public ILogReader Reader => _log.Reader;

    public IHardStateStore HardState => this;

    public HardState Loaded { get; private set; } = Core.HardState.Initial;

    public LogBase Base => _log.Writer.Base;

    public LogBase? FoundCheckpoint => null;

    public int MaxPrefixBytes => LogBase.PrefixBytesMax;

    public Tail Tail => _log.Writer.Tail;

    public TermTable Terms => _log.Writer.Terms;

    public long FreeBytes => _log.Writer.FreeBytes;

    public int MaxBatchBytes => _log.Writer.MaxBatchBytes;

    public bool IsDurable => true;

    public ILogStore Open(string group, string nodeId)
    {
        var isNew = !_files.Exists(Name);
        _file = _files.Open(Name, create: isNew);
        if (_flaw != JournalFlaw.ForgetsTheFolder) _files.SyncFolder();
        Scan();
        if (_records.Count == 0)
        {
            StoreId = Guid.NewGuid();
            Write(RecordOf(Kind.Identity, StoreId.ToByteArray()));
            Sync();
        }
        else
        {
            StoreId = new Guid(_records[0].Payload);
        }

        return this;
    }

    public IGroupLog OpenGroup(string group, IStoreListener listener)
    {
        var quiet = new RecordingListener();
        _memory = new MemoryLogStoreFactory(() => StoreId).Open("g", "n");
        var log = _memory.OpenGroup(group, quiet);
        foreach (var (kind, payload) in _records)
        {
            if (kind == Kind.Batch && Batch.TryDecode(payload, out var batch)) log.Writer.TryAppend(batch, out _);
            else if (kind == Kind.Truncate) log.Writer.TryTruncate(BaseOf(payload).Index, out _);
            else if (kind == Kind.Reset) log.Writer.TryReset(BaseOf(payload), out _);
            else if (kind == Kind.HardState) Loaded = StateOf(payload);
        }

        _log = log;
        _listener = listener;
        _givenTo = _end;
        _flusher = new Thread(FlushAlways) { IsBackground = true, Name = "journal" };
        _flusher.Start();
        return this;
    }

    public WriteOutcome TryAppend(Batch batch, out WalAddress endsAt)
    {
        if (!TryGive(Kind.Batch, batch.Encoded.Span, null, out endsAt)) return WriteOutcome.Failed;
        return _log.Writer.TryAppend(batch, out _);
    }

    public WriteOutcome TryTruncate(LogIndex last, out WalAddress endsAt)
    {
        if (!TryGive(Kind.Truncate, BytesOf(new LogBase(new Tail(last, default, default))), null, out endsAt)) return WriteOutcome.Failed;
        return _log.Writer.TryTruncate(last, out _);
    }

    public WriteOutcome TryReset(LogBase newBase, out WalAddress endsAt)
    {
        if (!TryGive(Kind.Reset, BytesOf(newBase), null, out endsAt)) return WriteOutcome.Failed;
        return _log.Writer.TryReset(newBase, out _);
    }

    public Tail? FindNewBase(LogIndex committed) => null;

    public void MoveBase(LogBase newBase) => throw new InvalidOperationException("Nothing was proposed.");

    public void KeepCheckpoint(LogBase asOf)
    {
        // Everything is read at each opening.
    }

    public void Save(HardState state, Action<string?> done)
    {
        if (!TryGive(Kind.HardState, BytesOf(state), done, out _)) done("The store has failed.");
    }

    public void Dispose()
    {
        lock (_given)
        {
            _closed = true;
            Monitor.PulseAll(_given);
        }

        _flusher?.Join();
        _flusher = null;
        _file.Dispose();
        _memory?.Dispose();
    }

    private bool TryGive(Kind kind, ReadOnlySpan<byte> payload, Action<string?>? done, out WalAddress endsAt)
    {
        lock (_given)
        {
            endsAt = default;
            if (_failed) return false;
            _given.Enqueue((RecordOf(kind, payload), done));
            endsAt = new WalAddress(_givenTo += HeaderBytes + payload.Length);
            Monitor.PulseAll(_given);
            return true;
        }
    }

    /// <summary>Writes all that was given meanwhile, one record a write, syncs once, tells.</summary>
    private void FlushAlways()
    {
        while (true)
        {
            var round = new List<(byte[] Record, Action<string?>? Done)>();
            lock (_given)
            {
                while (_given.Count == 0 && !_closed) Monitor.Wait(_given);
                if (_given.Count == 0) return;
                while (_given.TryDequeue(out var next)) round.Add(next);
            }

            try
            {
                foreach (var (record, _) in round) Write(record);
                Sync();
                _listener!.Flushed(new WalAddress(_end));
                foreach (var (_, done) in round) done?.Invoke(null);
            }
            catch (IOException error)
            {
                lock (_given)
                {
                    _failed = true;
                    while (_given.TryDequeue(out var next)) round.Add(next);
                }

                _listener!.Failed(error.Message);
                foreach (var (_, done) in round) done?.Invoke(error.Message);
                return;
            }
        }
    }

    /// <summary>Length, CRC of the rest, sequence, kind, payload.</summary>
    private byte[] RecordOf(Kind kind, ReadOnlySpan<byte> payload)
    {
        var record = new byte[HeaderBytes + payload.Length];
        BinaryPrimitives.WriteInt32LittleEndian(record, payload.Length);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(8), ++_sequence);
        record[16] = (byte)kind;
        payload.CopyTo(record.AsSpan(HeaderBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), Crc32C.Of(record.AsSpan(8)));
        return record;
    }

    private void Write(byte[] record)
    {
        _file.Write(_end, record);
        _end += record.Length;
    }

    private void Sync()
    {
        if (_flaw != JournalFlaw.SkipsSyncs) _file.Sync();
    }

    private void Scan()
    {
        var content = new byte[_file.Length];
        _ = _file.Read(0, content);
        _records = [];
        while (_end + HeaderBytes <= content.Length)
        {
            var rest = content.AsSpan((int)_end);
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
            if (length < 0 || length > rest.Length - HeaderBytes || rest[16] is 0 or > (byte)Kind.HardState) break;
            if (_flaw != JournalFlaw.ChecksNothing
                && BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]) != Crc32C.Of(rest[8..(HeaderBytes + length)]))
                break;
            var sequence = BinaryPrimitives.ReadInt64LittleEndian(rest[8..]);
            if (sequence != _sequence + 1) break;
            _sequence = sequence;
            _records.Add(((Kind)rest[16], rest.Slice(HeaderBytes, length).ToArray()));
            _end += HeaderBytes + length;
        }

        if (_flaw == JournalFlaw.TrustsThePageCache) return;
        _file.Write(0, content.AsSpan(0, (int)_end));
        _file.Write(_end, new byte[content.Length - _end]);
        Sync();
    }

    private static byte[] BytesOf(LogBase logBase) => RecordWriter.ToArray(logBase, static (ref RecordWriter writer, LogBase it) => writer.Base(it));

    private static LogBase BaseOf(byte[] bytes) => new RecordReader(bytes).Base();

    private static byte[] BytesOf(HardState state) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{state.Term}|{state.VotedFor}|{string.Join(';', state.Peers.Select(peer => $"{peer.Id},{peer.StoreId},{peer.ConfirmedUs}"))}"));

    private static HardState StateOf(ReadOnlySpan<byte> bytes)
    {
        var parts = Encoding.UTF8.GetString(bytes).Split('|');
        var peers = parts[2].Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(peer => peer.Split(','))
            .Select(peer => new KnownPeer(peer[0], Guid.Parse(peer[1]), bool.Parse(peer[2])));
        return new HardState(new Term(long.Parse(parts[0], CultureInfo.InvariantCulture)), parts[1], [.. peers]);
    }
}
