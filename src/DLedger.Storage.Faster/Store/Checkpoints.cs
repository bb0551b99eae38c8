namespace DLedger.Storage.Faster;

/// <summary>
/// The two checkpoint files: when another is due, the one that waits for its flush, and which file it goes to. A checkpoint is captured on the thread
/// of the log's owner, and written on the housekeeper's.
/// </summary>
internal sealed class Checkpoints(IStoreFiles files, long everyBytes, long lastAt, int nextFile)
{
    /// <summary>A checkpoint holds the whole index: writing it for every so many bytes of log would let a huge log write little else.</summary>
    private const long LogBytesPerPoint = 8 * 32;

    private readonly Lock _gate = new();

    /// <summary>What writing the index of the last one is worth, in bytes of log.</summary>
    private long _indexBytes;

    /// <summary>Where the last one was captured, or asked for: the next is due so much behind it.</summary>
    private long _lastAt = lastAt;

    /// <summary>The end of the one that waits; nothing waits at <see cref="long.MaxValue"/>.</summary>
    private long _waitsFor = long.MaxValue;

    private Checkpoint? _waiting;
    private int _nextFile = nextFile;

    /// <summary>
    /// Costs three reads: it is asked with every frame. Not while one waits: under a load that never ends the next would take its place again and
    /// again.
    /// </summary>
    public bool IsDue(long end) =>
        end - Volatile.Read(ref _lastAt) >= Math.Max(everyBytes, Volatile.Read(ref _indexBytes)) && Volatile.Read(ref _waitsFor) == long.MaxValue;

    /// <summary>Whether the one that waits is flushed as far as it says.</summary>
    public bool IsReady(long flushedTo) => flushedTo >= Volatile.Read(ref _waitsFor);

    /// <summary>True, once, when the owner of the log is to be asked for one.</summary>
    public bool TryAsk(long end)
    {
        if (!IsDue(end)) return false;
        Volatile.Write(ref _lastAt, end);
        return true;
    }

    /// <summary>To be written once the log is flushed that far; the latest one holds.</summary>
    public void Keep(Checkpoint checkpoint)
    {
        lock (_gate)
        {
            _waiting = checkpoint;
            Volatile.Write(ref _lastAt, checkpoint.End.Address);
            Volatile.Write(ref _waitsFor, checkpoint.End.Address);
        }
    }

    /// <summary>A checkpoint holds only what is flushed (SAFETY 26).</summary>
    /// <param name="savedMoves">How often the base was moved on disk: none may know of a move that is not there.</param>
    public void WriteReady(long flushedTo, long savedMoves)
    {
        Checkpoint ready;
        lock (_gate)
        {
            if (_waiting is not { } waiting || flushedTo < waiting.End.Address || waiting.Base.Moves > savedMoves) return;
            ready = waiting;
            _waiting = null;
            Volatile.Write(ref _waitsFor, long.MaxValue);
        }

        Write(ready);
    }

    public void Write(Checkpoint checkpoint)
    {
        Volatile.Write(ref _indexBytes, checkpoint.Points.Count * LogBytesPerPoint);
        try
        {
            // The other file keeps the checkpoint before, whole, until this one is.
            using (var file = files.Open(Checkpoint.FileNames[_nextFile], create: true))
            {
                checkpoint.WriteTo(file);
                file.Sync();
            }

            files.SyncFolder();
            _nextFile = 1 - _nextFile;
        }
        catch (Exception error) when (error is DiskFullException or NoDescriptorException)
        {
            // An index can be read again from the log; the next checkpoint is tried after as much log again.
        }
    }
}
