using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>
/// Reads and checks a whole store: identity, hard state, checkpoints, every frame of every segment. Changes nothing and makes no file: a snapshot or
/// a backup may be read-only.
/// </summary>
internal static class StoreVerifier
{
    /// <summary>Checks the store of one member.</summary>
    /// <param name="folder">The member's folder.</param>
    /// <param name="progress">Hears how many bytes of the log have been checked, now and then; may be null.</param>
    /// <exception cref="StoreException">There is no store in the folder, or it is in use, or it cannot be read.</exception>
    public static VerifyReport Verify(string folder, IProgress<long>? progress = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!File.Exists(Path.Combine(folder, StoreIdentity.FileName)))
            throw new StoreException($"{folder} holds no store: there is no file '{StoreIdentity.FileName}' in it.");
        return Verify(OsStoreFiles.ToRead(folder), progress);
    }

    internal static VerifyReport Verify(IStoreFiles files, IProgress<long>? progress = null) => FasterLedger.Guarded(files, () =>
    {
        using var folderLock = FasterLedger.Lock(files);
        var report = new VerifyReport("", "", Guid.Empty, 0, 0, 0, 0, -1, -1, 0, null, null, 0);
        try
        {
            return Check(files, ref report, progress);
        }
        catch (StoreDamagedException damage)
        {
            return report with { Damage = damage.Message, DamagedFile = damage.File, DamagedAt = damage.Offset };
        }
    });

    private static VerifyReport Check(IStoreFiles files, ref VerifyReport report, IProgress<long>? progress)
    {
        using var identitySlots = FasterLedger.OpenIdentity(files) ?? throw new StoreException($"{files.PathOf("")} holds no finished store.");
        var identity = identitySlots.Read(StoreIdentity.Read);
        report = report with { Group = identity.Group, NodeId = identity.NodeId, StoreId = identity.StoreId };
        var hardState = Read(files, HardStateRecord.FileName, HardStateRecord.SlotBytes, HardStateRecord.Read);
        report = report with { Term = hardState.Term.Value };
        var meta = Read(files, WalMeta.FileName, WalMeta.SlotBytes, WalMeta.Read);
        using var segments = new SegmentSet(files, identity.Geometry, meta.FirstSegment);
        if (meta.Incarnation == 0) return report;

        // Once as an opening would, from the last checkpoint; once everything, which must come to the same.
        var opened = WalFindings.Read(files, segments, meta);
        var said = 0L;
        var whole = WalFindings.Read(files, segments, meta, everything: true, (frame, _) =>
        {
            var read = frame.EndsAt - meta.Base.Address;
            if (read - said < identity.Geometry.PageBytes) return;
            said = read;
            progress?.Report(read);
        });
        progress?.Report(whole.End - meta.Base.Address);
        if (opened.End != whole.End || opened.State.Tail != whole.State.Tail || !opened.State.Base.Equals(whole.State.Base)
            || !opened.State.Terms.Runs.SequenceEqual(whole.State.Terms.Runs) || !opened.State.Index.All().SequenceEqual(whole.State.Index.All()))
        {
            throw new StoreDamagedException(files.PathOf(Checkpoint.FileNames[1 - opened.NextCheckpointFile]), 0,
                $"the checkpoint leads to a log from {opened.State.Base.Tail} to {opened.State.Tail}, "
                + $"reading everything to one from {whole.State.Base.Tail} to {whole.State.Tail}");
        }

        var state = whole.State;
        if (hardState.Term < state.Tail.Term)
            throw new StoreDamagedException(
                files.PathOf(HardStateRecord.FileName), 0, $"it holds term {hardState.Term}, but the log ends in term {state.Tail.Term}");
        var entries = state.Tail.NextEntry.Value - state.Base.Tail.NextEntry.Value;
        return report with
        {
            Batches = state.Tail.Index.Value - state.Base.Index.Value,
            Entries = entries,
            Bytes = whole.End - meta.Base.Address,
            FirstEntry = entries == 0 ? -1 : state.Base.Tail.NextEntry.Value,
            LastEntry = entries == 0 ? -1 : state.Tail.NextEntry.Value - 1,
            TornBytes = whole.TornBytes,
        };
    }

    private static T Read<T>(IStoreFiles files, string name, int slotBytes, RecordReading<T> read)
    {
        using var slots = SlotFile.TryOpen(files, name, out var reason, slotBytes) ?? throw new StoreDamagedException(files.PathOf(name), 0, reason);
        return slots.Read(read);
    }
}
