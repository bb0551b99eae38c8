using DLedger.Core;
using DLedger.Storage.Faster;

namespace DLedger.Micro;

/// <summary>A real store in a folder of its own, which goes with it.</summary>
internal sealed class TemporaryStore : IStoreListener, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dledger-micro-");
    private readonly object _gate = new();
    private readonly ILogStore _store;
    private readonly IGroupLog _log;
    private WalAddress _flushedTo;
    private string? _failure;

    public TemporaryStore(long cacheBytes)
    {
        var options = new StoreSettings { Folder = Path.Combine(_folder.FullName, "n0"), CacheBytes = cacheBytes, SegmentBytes = 32 << 20 };
        _store = new FasterLedgerFactory(options).Open(Sample.Group, "n0");
        _log = _store.OpenGroup(Sample.Group, this);
    }

    public ILogWriter Writer => _log.Writer;

    public ILogReader Reader => _log.Reader;

    /// <summary>Gives a batch to the log; waits for the disk when its buffer or its files are full.</summary>
    public WalAddress Append(Batch batch)
    {
        while (true)
        {
            var outcome = Writer.TryAppend(batch, out var endsAt);
            if (outcome == WriteOutcome.Accepted) return endsAt;
            if (outcome == WriteOutcome.Failed) throw new InvalidOperationException(_failure);
            Thread.Yield();
        }
    }

    public void WaitFlushed(WalAddress address)
    {
        lock (_gate)
        {
            while (_flushedTo < address)
            {
                if (_failure is not null) throw new InvalidOperationException(_failure);
                Monitor.Wait(_gate);
            }
        }
    }

    public void Flushed(WalAddress flushedTo)
    {
        lock (_gate)
        {
            _flushedTo = flushedTo;
            Monitor.PulseAll(_gate);
        }
    }

    public void Failed(string reason)
    {
        lock (_gate)
        {
            _failure = reason;
            Monitor.PulseAll(_gate);
        }
    }

    public void Stalled(bool stalled)
    {
    }

    public void SpaceChanged()
    {
    }

    public void BaseMoved(LogBase newBase)
    {
    }

    public void CheckpointDue()
    {
    }

    public void Dispose()
    {
        _log.Dispose();
        _store.Dispose();
        _folder.Delete(recursive: true);
    }
}
