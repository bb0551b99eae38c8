using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>What reading a write-ahead log found. Reading changes nothing; damage throws <see cref="StoreDamagedException"/>.</summary>
internal sealed class WalFindings
{
    public required GroupState State { get; init; }

    public required long FirstSegment { get; init; }

    public required long End { get; init; }

    public required long LastFrame { get; init; }

    public required long LastSequence { get; init; }

    /// <summary>Everything below is on disk, by the word of a frame or a checkpoint.</summary>
    public required long ProvenFlushed { get; init; }

    /// <summary>What the scan started from.</summary>
    public required long CheckpointAt { get; init; }

    /// <summary>Which of the two checkpoint files may be overwritten.</summary>
    public required int NextCheckpointFile { get; init; }

    public required IReadOnlyList<(long Segment, long ClosedAtMs)> Closed { get; init; }

    public required long Frames { get; init; }

    public required long Batches { get; init; }

    /// <summary>From the end of the log to the last byte behind it that is not zero: what a write that never finished left there.</summary>
    public required long TornBytes { get; init; }

    /// <param name="everything">Read from the very beginning, whatever the checkpoints say.</param>
    /// <param name="onFrame">Told of every frame read, with its batch if it holds one.</param>
    public static WalFindings Read(
        IStoreFiles files, SegmentSet segments, WalMeta meta, bool everything = false, Action<Frame, Batch?>? onFrame = null)
    {
        var geometry = segments.Geometry;
        var allocated = CheckFiles(files, segments, meta);
        var (checkpoint, file) = NewestCheckpoint(files, meta);
        var useCheckpoint = !everything && checkpoint is not null && checkpoint.End.Address > meta.Base.Address;
        if (checkpoint is not null && checkpoint.End.Address > allocated)
            throw segments.Damaged(
                checkpoint.End.Address, "the file is missing or too short, but a checkpoint says that the log was flushed up to here");

        var start = useCheckpoint ? checkpoint!.End : new WalEnd(meta.Base.Address, -1, meta.Base.Address == WalGeometry.FirstAddress ? 0 : -1);
        var state = useCheckpoint ? checkpoint!.ToState(geometry) : new GroupState(geometry, meta.Base);
        var knowsLastMove = !useCheckpoint || checkpoint!.Base.Moves >= meta.Base.Moves;
        var scanner = new WalScanner(segments, start, useCheckpoint ? checkpoint!.Incarnation : 0, meta.Incarnation);
        if (useCheckpoint) CheckLastFrame(segments, meta, scanner, start);
        var replay = new FrameReplay(segments, meta, state, knowsLastMove);
        while (scanner.TryNext(out var frame, out var batch, out var payload))
        {
            replay.Apply(frame, batch, payload);
            onFrame?.Invoke(frame, batch);
        }

        var proven = Math.Max(checkpoint?.End.Address ?? 0, meta.Base.Address == WalGeometry.FirstAddress ? 0 : meta.Base.Address + 1);
        if (meta.Opening?.FoundTo > Math.Max(proven, scanner.End))
            throw segments.Damaged(scanner.StoppedAt, $"{scanner.StopReason}, but the last opening found the log whole up to {meta.Opening.FoundTo}");
        scanner.RefuseDamage(EndOfFiles(files, geometry), proven, SameRunSince(meta, files));
        replay.ApplyBase();
        return new WalFindings
        {
            State = replay.State,
            FirstSegment = meta.FirstSegment,
            End = scanner.End,
            LastFrame = scanner.LastFrame,
            LastSequence = Math.Max(0, scanner.LastSequence),
            ProvenFlushed = Math.Min(scanner.End, Math.Max(scanner.ProvenFlushed, Math.Max(meta.Base.Address, checkpoint?.End.Address ?? 0))),
            CheckpointAt = start.Address,
            NextCheckpointFile = 1 - file,
            Closed = checkpoint?.Closed ?? [],
            Frames = replay.Frames,
            Batches = replay.Batches,
            TornBytes = scanner.TornBytes,
        };
    }

    /// <summary>
    /// Presence and length of every segment. They are made in order, each durable before the next: a hole, or a short one that is not the last, is no
    /// work of a power loss. Adopts what is whole; returns where that ends.
    /// </summary>
    private static long CheckFiles(IStoreFiles files, SegmentSet segments, WalMeta meta)
    {
        var geometry = segments.Geometry;
        var numbers = SegmentNumbers(files).Where(number => number >= meta.FirstSegment).ToArray();
        for (var i = 0; i < numbers.Length; i++)
        {
            var expected = meta.FirstSegment + i;
            var name = WalGeometry.SegmentName(expected);
            if (numbers[i] != expected) throw new StoreDamagedException(files.PathOf(name), 0, "the file is missing");
            long length;
            using (var file = files.Open(name, create: false)) length = file.Length;
            if (length >= geometry.SegmentBytes) segments.Adopt(expected);
            else if (i < numbers.Length - 1)
                throw new StoreDamagedException(files.PathOf(name), length, $"the file has {length} bytes instead of {geometry.SegmentBytes}");
        }

        if (meta.Incarnation > 0 && segments.AllocatedEnd <= meta.Base.Address)
        {
            var name = WalGeometry.SegmentName(geometry.SegmentOf(meta.Base.Address));
            throw new StoreDamagedException(files.PathOf(name), 0, numbers.Length == 0 ? "the file is missing" : "the file is too short");
        }

        return segments.AllocatedEnd;
    }

    private static (Checkpoint? Checkpoint, int File) NewestCheckpoint(IStoreFiles files, WalMeta meta)
    {
        (Checkpoint? Checkpoint, int File) newest = (null, 1);
        for (var i = 0; i < Checkpoint.FileNames.Length; i++)
        {
            if (!files.Exists(Checkpoint.FileNames[i])) continue;
            var candidate = ReadCheckpoint(files, Checkpoint.FileNames[i]);
            if (candidate is null || candidate.Incarnation > meta.Incarnation) continue;
            if (newest.Checkpoint is null || candidate.End.Address >= newest.Checkpoint.End.Address) newest = (candidate, i);
        }

        return newest;
    }

    private static Checkpoint? ReadCheckpoint(IStoreFiles files, string name)
    {
        using var file = files.Open(name, create: false);
        var bytes = new byte[checked((int)file.Length)];
        var read = file.Read(0, bytes);
        return Checkpoint.TryDecode(bytes.AsMemory(0, read));
    }

    /// <summary>The last opening, if the machine has not stopped since: then only a process can have died.</summary>
    private static LastOpening? SameRunSince(WalMeta meta, IStoreFiles files) =>
        meta.Opening is { } opening && opening.BootId == files.BootId ? opening : null;

    /// <summary>The checkpoint vouches for its last frame; that frame must still be there, or the two are not of one log.</summary>
    private static void CheckLastFrame(SegmentSet segments, WalMeta meta, WalScanner scanner, WalEnd end)
    {
        if (end.LastFrame < 0 || segments.Geometry.SegmentOf(end.LastFrame) < meta.FirstSegment) return;
        if (!scanner.IsIntact(end.LastFrame, end.LastSequence, end.Address))
            throw segments.Damaged(end.LastFrame, "no intact frame, but a checkpoint says that one was flushed here");
    }

    private static IEnumerable<long> SegmentNumbers(IStoreFiles files) =>
        files.List().Select(WalGeometry.SegmentNumber).Where(number => number is not null).Select(number => number!.Value).Order();

    private static long EndOfFiles(IStoreFiles files, WalGeometry geometry) =>
        (SegmentNumbers(files).DefaultIfEmpty(-1).Max() + 1) * geometry.SegmentBytes;
}
