namespace DLedger.Storage.Faster;

/// <summary>Space on the disk is taken before it is promised (SAFETY 16), and kept back for control records (SAFETY 27).</summary>
internal sealed partial class WriteAheadLog
{
    /// <summary>
    /// A control record with one byte of metadata is 65 bytes and its frame 120: the worst ratio of batch to frame, rounded down.
    /// </summary>
    private const double WorstPayloadShare = 0.54;

    private bool _refusedForSpace;
    private bool _outOfSpace;

    /// <summary>
    /// Bytes of batches that surely fit into allocated space beside the reserve, whatever their sizes: each page may lose up to a frame at its end,
    /// and small batches cost more envelope than batch.
    /// </summary>
    public long FreeBytes
    {
        get
        {
            if (_reporter.HasFailed) return 0;
            var space = _segments.AllocatedEnd - TailAddress - _settings.ReserveBytes;
            var pages = (space / _geometry.PageBytes) + 1;
            // Two neighbouring pages always hold more than one page of frames, so at most half can be lost, whatever the largest frame.
            var usable = Math.Max(space - (pages * Frame.SizeOf(_settings.MaxBatchBytes)), (space - _geometry.PageBytes) / 2);
            return Math.Max(0, (long)(usable * WorstPayloadShare));
        }
    }

    /// <summary>
    /// The next segments are taken while the current one fills: as many as FASTER's memory could run ahead, and enough that <see cref="FreeBytes"/>,
    /// which counts what may be lost, has room for two of the largest batches. Less would look like a full disk with all space taken that is wanted.
    /// </summary>
    private long WantedEnd =>
        (_geometry.SegmentOf(TailAddress) + 1 + ((BytesAhead + _settings.SegmentBytes - 1) / _settings.SegmentBytes)) * _settings.SegmentBytes;

    private long BytesAhead => Math.Max(
        2L * _settings.MemoryBytes,
        _settings.ReserveBytes + _settings.PageBytes + (long)(2 * 2 * _settings.MaxBatchBytes / WorstPayloadShare));

    /// <summary>Whether more space is being taken: the disk has not refused it.</summary>
    public bool SpaceIsComing => !_reporter.HasFailed && !Volatile.Read(ref _outOfSpace) && _segments.AllocatedEnd < WantedEnd;

    private bool WantsSpace => !Volatile.Read(ref _outOfSpace) && _segments.AllocatedEnd < WantedEnd;

    /// <summary>Takes space ahead of need. Runs on the housekeeper's thread; a full disk is tried again after a while, without a restart.</summary>
    public void AllocateAhead()
    {
        var before = _segments.AllocatedEnd;
        var wasOut = _outOfSpace;
        try
        {
            while (_segments.AllocatedEnd < WantedEnd)
            {
                _segments.AllocateNext();
                // Whoever was refused goes on with the first one, not with the last.
                TellOfSpace();
            }

            Volatile.Write(ref _outOfSpace, false);
        }
        catch (Exception error) when (error is DiskFullException or NoDescriptorException)
        {
            // Not a failure: what is allocated stays usable, reads go on. The listener learns that no more comes.
            Volatile.Write(ref _outOfSpace, true);
            lock (_gate)
            {
                if (!_closed) _spaceTimer.Change(_settings.SpaceRetryAfter, Timeout.InfiniteTimeSpan);
            }
        }

        // Said when the disk got full, when it no longer is, and when somebody was refused and there is room again.
        if (wasOut != _outOfSpace || (_segments.AllocatedEnd > before && wasOut)) _reporter.SpaceChanged();
    }

    private void TellOfSpace()
    {
        bool refused;
        lock (_gate)
        {
            refused = _refusedForSpace;
            _refusedForSpace = false;
        }

        if (refused) _reporter.SpaceChanged();
    }
}
