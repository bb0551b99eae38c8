using System.Buffers.Binary;
using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>
/// A record in two checksummed slots, each in blocks of its own (SAFETY 1). A save goes to the first, is synced, and only then is copied to the
/// second: whatever a power loss does to one, the other holds the last record or the one before. Not thread-safe.
/// </summary>
/// <remarks>
/// A slot, little endian: <c>0 u24 magic "DLS" 3 u8 format, as a digit 4 i32 payload bytes 8 i64 generation 16 u32 CRC32C of bytes 0..15 and the
/// payload 20 payload</c>. Space is taken for the largest record from the start; a save writes as many blocks as its record fills.
/// </remarks>
internal sealed class SlotFile : IDisposable
{
    public const int BlockBytes = 4096;

    private const int Slots = 2;
    private const int HeaderBytes = 20;
    private const int CrcOffset = 16;
    private const uint Magic = 0x00534C44; // "DLS" in memory order
    private const uint MagicMask = 0x00FFFFFF;

    private readonly IStoreFile _file;
    private readonly string _path;
    private readonly int _slotBytes;
    private long _generation;
    private bool _copyDue;

    private SlotFile(IStoreFile file, string path, int slotBytes, byte[] payload, long generation)
    {
        _file = file;
        _path = path;
        _slotBytes = slotBytes;
        Payload = payload;
        _generation = generation;
    }

    private static uint CurrentHead => Magic | ((uint)('0' + StoreFormat.Current) << 24);

    /// <summary>The record as of the last save.</summary>
    public byte[] Payload { get; private set; }

    /// <summary>
    /// Why this is no longer the file of its name; null while it is. What is written to a file that was deleted or moved is on no disk that anybody
    /// looks for.
    /// </summary>
    public string? Displacement => _file.IsInPlace
        ? null
        : $"{_path} is no longer the file that was opened: it, or the folder, was moved, deleted or replaced while the member ran";

    /// <summary>Takes the file's lock, which a second process cannot miss as it can the lock file; throws when somebody else has it.</summary>
    public SlotFile Locked(IStoreFiles files)
    {
        if (_file.TryLock()) return this;
        Dispose();
        throw FasterLedger.InUse(files);
    }

    /// <summary>The largest record of a file whose slots have this size.</summary>
    public static int PayloadBytesMax(int slotBytes) => slotBytes - HeaderBytes;

    /// <summary>Makes the file, durably. An unfinished one from an interrupted start is overwritten.</summary>
    /// <param name="slotBytes">A multiple of <see cref="BlockBytes"/>; the same each time that the file is opened.</param>
    public static SlotFile Create(IStoreFiles files, string name, byte[] payload, int slotBytes = BlockBytes)
    {
        var file = files.Open(name, create: true);
        try
        {
            file.Allocate((long)Slots * slotBytes);
            var slots = new SlotFile(file, files.PathOf(name), slotBytes, payload, generation: 0);
            slots.Save(payload);
            slots.Copy();
            files.SyncFolder();
            return slots;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens the file; null when it is not there or has no intact slot, with the reason. Throws for one of another format.</summary>
    public static SlotFile? TryOpen(IStoreFiles files, string name, out string reason, int slotBytes = BlockBytes)
    {
        reason = "the file is missing";
        if (!files.Exists(name)) return null;
        var file = files.Open(name, create: false);
        try
        {
            var bytes = new byte[Slots * slotBytes];
            var read = bytes.AsSpan(0, file.Read(0, bytes));
            var chosen = -1;
            long best = 0;
            for (var slot = 0; slot < Slots; slot++)
            {
                if (!TryDecode(SlotOf(read, slot, slotBytes), out var generation) || generation <= best) continue;
                chosen = slot;
                best = generation;
            }

            if (chosen < 0)
            {
                if (OtherFormat(read) is { } format) throw StoreFormat.Refusal(files.PathOf(""), format);
                reason = "neither of its two slots is intact";
                return null;
            }

            var slotRead = SlotOf(read, chosen, slotBytes);
            var payload = slotRead.Slice(HeaderBytes, BinaryPrimitives.ReadInt32LittleEndian(slotRead[4..])).ToArray();
            var opened = new SlotFile(file, files.PathOf(name), slotBytes, payload, best) { Chosen = chosen };
            file = null;
            return opened;
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <summary>The record, decoded; one that does not hold together is damage.</summary>
    public T Read<T>(RecordReading<T> read)
    {
        var reader = new RecordReader(Payload);
        var record = read(ref reader);
        reader.End();
        return reader.Problem is { } problem ? throw new StoreDamagedException(_path, 0, problem) : record;
    }

    /// <summary>Which slot was taken at opening.</summary>
    private int Chosen { get; init; }

    /// <summary>Rewrites the chosen slot in place, synced, then the other (SAFETY 23): what was read may have been in the page cache alone.</summary>
    public void Rewrite()
    {
        WriteSlot(Chosen);
        WriteSlot(1 - Chosen);
        _copyDue = false;
    }

    /// <summary>
    /// Durable in one slot when this returns. <see cref="Copy"/> must follow before the next save, and does so by itself if it has not.
    /// </summary>
    public void Save(byte[] payload)
    {
        Invariant.Holds(payload.Length <= PayloadBytesMax(_slotBytes), $"A record of {payload.Length} bytes does not fit a slot of {_path}.");
        if (_copyDue) Copy();
        if (Displacement is { } gone) throw new IOException(gone);
        Payload = payload;
        _generation++;
        WriteSlot(0);
        _copyDue = true;
        // Replaced while it was written: what the path leads to holds none of it.
        if (Displacement is { } lost) throw new IOException(lost);
    }

    /// <summary>Brings the second slot up to date, durably.</summary>
    public void Copy()
    {
        if (!_copyDue) return;
        WriteSlot(1);
        _copyDue = false;
    }

    public void Dispose() => _file.Dispose();

    private void WriteSlot(int slot)
    {
        var block = new byte[(HeaderBytes + Payload.Length + BlockBytes - 1) / BlockBytes * BlockBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(block, CurrentHead);
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(4), Payload.Length);
        BinaryPrimitives.WriteInt64LittleEndian(block.AsSpan(8), _generation);
        Payload.CopyTo(block, HeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(CrcOffset), CrcOf(block, Payload.Length));
        _file.Write((long)slot * _slotBytes, block);
        _file.Sync();
    }

    /// <summary>What was read of a slot; a short file has less of it, or nothing.</summary>
    private static ReadOnlySpan<byte> SlotOf(ReadOnlySpan<byte> file, int slot, int slotBytes)
    {
        var from = Math.Min(file.Length, slot * slotBytes);
        return file[from..Math.Min(file.Length, from + slotBytes)];
    }

    private static bool TryDecode(ReadOnlySpan<byte> slot, out long generation)
    {
        generation = 0;
        if (slot.Length < BlockBytes || BinaryPrimitives.ReadUInt32LittleEndian(slot) != CurrentHead) return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(slot[4..]);
        if (length < 0 || length > slot.Length - HeaderBytes) return false;
        generation = BinaryPrimitives.ReadInt64LittleEndian(slot[8..]);
        return BinaryPrimitives.ReadUInt32LittleEndian(slot[CrcOffset..]) == CrcOf(slot, length);
    }

    /// <summary>
    /// The format that the first slot says it has, if that is another one: where its slots lie and what is in them, only that version knows.
    /// </summary>
    private static int? OtherFormat(ReadOnlySpan<byte> file)
    {
        if (file.Length < sizeof(uint) || BinaryPrimitives.ReadUInt32LittleEndian(file) is var head && (head & MagicMask) != Magic) return null;
        var format = file[3] - '0';
        return format is > 0 and <= 9 && format != StoreFormat.Current ? format : null;
    }

    private static uint CrcOf(ReadOnlySpan<byte> block, int payloadBytes) =>
        Crc32C.Append(Crc32C.Append(Crc32C.Seed, block[..CrcOffset]), block.Slice(HeaderBytes, payloadBytes)) ^ Crc32C.Seed;
}
