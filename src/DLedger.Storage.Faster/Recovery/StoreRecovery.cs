using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>
/// Opening a store, before FASTER sees the folder: read and check what is there, refuse damage, cut a torn tail, and make durable what was found
/// (SAFETY 21, 23).
/// </summary>
/// <remarks>
/// The order matters. Only after everything has been read and judged is anything written; the incarnation is raised, synced, before the first frame;
/// and nothing is ever deleted but segments that retention had already given up.
/// </remarks>
internal static class StoreRecovery
{
    public static RecoveredStore Recover(IStoreFiles files, WalGeometry geometry, TimeProvider time)
    {
        SlotFile? metaSlots = null;
        SlotFile? hardStateSlots = null;
        SegmentSet? segments = null;
        try
        {
            metaSlots = OpenSlots(files, WalMeta.FileName, WalMeta.SlotBytes);
            hardStateSlots = OpenSlots(files, HardStateRecord.FileName, HardStateRecord.SlotBytes);
            var meta = metaSlots.Read(WalMeta.Read);
            var hardState = hardStateSlots.Read(HardStateRecord.Read);
            segments = new SegmentSet(files, geometry, meta.FirstSegment);
            var found = WalFindings.Read(files, segments, meta);
            if (hardState.Term < found.State.Tail.Term)
                throw new StoreDamagedException(
                    files.PathOf(HardStateRecord.FileName), 0, $"it holds term {hardState.Term}, but the log ends in term {found.State.Tail.Term}");

            RewriteUnproven(segments, found);
            SyncAllocated(segments, found.End);
            hardStateSlots.Rewrite();
            metaSlots.Rewrite();
            var opening = new LastOpening(files.BootId ?? "", found.End, found.End + found.TornBytes);
            var raised = meta with { Incarnation = checked(meta.Incarnation + 1), Opening = opening };
            if (meta.Incarnation == 0) MakeFirstSegment(segments, found);
            metaSlots.Save(raised.Encode());
            metaSlots.Copy();
            segments.DeleteFilesBelow(meta.FirstSegment);
            return new RecoveredStore(
                segments, metaSlots, raised, hardStateSlots, hardState, found.State,
                new WalStart(
                    found.End, found.LastFrame, found.LastSequence,
                    raised.Incarnation), found.CheckpointAt, found.NextCheckpointFile, ClosedSegments(found, geometry, time));
        }
        catch
        {
            metaSlots?.Dispose();
            hardStateSlots?.Dispose();
            segments?.Dispose();
            throw;
        }
    }

    private static SlotFile OpenSlots(IStoreFiles files, string name, int slotBytes) =>
        SlotFile.TryOpen(files, name, out var reason, slotBytes)?.Locked(files) ?? throw new StoreDamagedException(files.PathOf(name), 0, reason);

    /// <summary>A log that was never opened needs its first segment before its incarnation says that it has one.</summary>
    private static void MakeFirstSegment(SegmentSet segments, WalFindings found)
    {
        Invariant.Holds(found.End == WalGeometry.FirstAddress, "A log that was never opened is empty.");
        if (segments.AllocatedEnd == 0) segments.AllocateNext();
    }

    /// <summary>
    /// The page cache may hold what no disk has: what is not proven to be on disk is written again, in place, and synced (SAFETY 23).
    /// </summary>
    private static void RewriteUnproven(SegmentSet segments, WalFindings found)
    {
        var geometry = segments.Geometry;
        var buffer = new byte[Math.Min(geometry.PageBytes, 1024 * 1024)];
        var touched = new SortedSet<long>();
        for (var at = found.ProvenFlushed; at < found.End;)
        {
            var length = (int)Math.Min(Math.Min(buffer.Length, found.End - at), geometry.NextPage(at) - at);
            var bytes = buffer.AsSpan(0, length);
            if (segments.Read(at, bytes) != length) throw segments.Damaged(at, "the file became shorter while it was read");
            segments.Write(at, bytes);
            touched.Add(geometry.SegmentOf(at));
            at += length;
        }

        foreach (var segment in touched) segments.Sync(segment);
    }

    /// <summary>
    /// Space that a killed process had taken may not be on disk yet, length and all: it is relied on from now on. Earlier segments were synced with
    /// their frames; the names are covered by the sync of the folder with which every opening begins.
    /// </summary>
    private static void SyncAllocated(SegmentSet segments, long end)
    {
        var geometry = segments.Geometry;
        for (var segment = geometry.SegmentOf(end); segment * geometry.SegmentBytes < segments.AllocatedEnd; segment++) segments.Sync(segment);
    }

    /// <summary>
    /// When segments were filled is known to the last checkpoint; for later ones, and after a crash, now is the safe guess: they are kept longer.
    /// </summary>
    private static List<(long Segment, long ClosedAtMs)> ClosedSegments(WalFindings found, WalGeometry geometry, TimeProvider time)
    {
        var closed = found.Closed.Where(segment => segment.Segment >= found.FirstSegment).ToList();
        var known = closed.Count > 0 ? closed[^1].Segment + 1 : found.FirstSegment;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        for (var segment = known; segment < geometry.SegmentOf(found.End); segment++) closed.Add((segment, now));
        return closed;
    }
}
