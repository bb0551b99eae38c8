using System.Buffers.Binary;
using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>
/// A small record in two checksummed slots, each in a 4 KiB block of its own (SAFETY 1). A save goes to the first, is synced, and only then is copied to the
/// second: whatever a power loss does to one, the other holds the last record or the one before. Not thread-safe.
/// </summary>
/// <remarks>
/// A slot, little endian: <c>0 u32 magic "DLS1"  4 i32 payload bytes  8 i64 generation  16 u32 CRC32C of bytes 0..15 and the payload  20 payload</c>.
/// </remarks>
internal sealed class SlotFile : IDisposable
{
    public const int SlotBytes = 4096;
    public const int PayloadBytesMax = SlotBytes - HeaderBytes;

    private const int Slots = 2;
    private const int HeaderBytes = 20;
    private const int CrcOffset = 16;
    private const uint Magic = 0x31534C44; // "DLS1" in memory order

    private readonly IStoreFile _file;
    private readonly string _path;
    private readonly byte[] _block = new byte[SlotBytes];
    private long _generation;
    private bool _copyDue;

    private SlotFile(IStoreFile file, string path, byte[] payload, long generation)
    {
        _file = file;
        _path = path;
        Payload = payload;
        _generation = generation;
    }

    /// <summary>The record as of the last save.</summary>
    public byte[] Payload { get; private set; }

    /// <summary>Why this is no longer the file of its name; null while it is. What is written to a file that was deleted or moved is on no disk that anybody looks for.</summary>
    public string? Displacement => _file.IsInPlace ? null : $"{_path} is no longer the file that was opened: it, or the folder, was moved, deleted or replaced while the member ran";

    /// <summary>Takes the file's lock, which a second process cannot miss as it can the lock file; throws when somebody else has it.</summary>
    public SlotFile Locked(IStoreFiles files)
    {
        if (_file.TryLock()) return this;
        Dispose();
        throw FasterLedger.InUse(files);
    }

    /// <summary>Makes the file, durably. An unfinished one from an interrupted start is overwritten.</summary>
    public static SlotFile Create(IStoreFiles files, string name, byte[] payload)
    {
        var file = files.Open(name, create: true);
        try
        {
            file.Allocate(Slots * SlotBytes);
            var slots = new SlotFile(file, files.PathOf(name), payload, generation: 0);
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

    /// <summary>Opens the file; null when it is not there or has no intact slot, with the reason.</summary>
    public static SlotFile? TryOpen(IStoreFiles files, string name, out string reason)
    {
        reason = "the file is missing";
        if (!files.Exists(name)) return null;
        var file = files.Open(name, create: false);
        try
        {
            var bytes = new byte[Slots * SlotBytes];
            var read = file.Read(0, bytes);
            var chosen = -1;
            long best = 0;
            for (var slot = 0; slot < Slots; slot++)
            {
                if (!TryDecode(bytes.AsSpan(0, read), slot, out var generation) || generation <= best) continue;
                chosen = slot;
                best = generation;
            }

            if (chosen >= 0)
            {
                var start = chosen * SlotBytes;
                var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(start + 4));
                var opened = new SlotFile(file, files.PathOf(name), bytes.AsSpan(start + HeaderBytes, length).ToArray(), best) { Chosen = chosen };
                file = null;
                return opened;
            }

            reason = "neither of its two slots is intact";
            return null;
        }
        finally
        {
            file?.Dispose();
        }
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

    /// <summary>Durable in one slot when this returns. <see cref="Copy"/> must follow before the next save, and does so by itself if it has not.</summary>
    public void Save(byte[] payload)
    {
        Invariant.Holds(payload.Length <= PayloadBytesMax, $"A record of {payload.Length} bytes does not fit a slot of {_path}.");
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
        var block = _block.AsSpan();
        block.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(block, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(block[4..], Payload.Length);
        BinaryPrimitives.WriteInt64LittleEndian(block[8..], _generation);
        Payload.CopyTo(block[HeaderBytes..]);
        BinaryPrimitives.WriteUInt32LittleEndian(block[CrcOffset..], CrcOf(block, Payload.Length));
        _file.Write((long)slot * SlotBytes, block);
        _file.Sync();
    }

    private static bool TryDecode(ReadOnlySpan<byte> file, int slot, out long generation)
    {
        generation = 0;
        if (file.Length < (slot + 1) * SlotBytes) return false;
        var block = file.Slice(slot * SlotBytes, SlotBytes);
        if (BinaryPrimitives.ReadUInt32LittleEndian(block) != Magic) return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(block[4..]);
        if (length is < 0 or > PayloadBytesMax) return false;
        generation = BinaryPrimitives.ReadInt64LittleEndian(block[8..]);
        return BinaryPrimitives.ReadUInt32LittleEndian(block[CrcOffset..]) == CrcOf(block, length);
    }

    private static uint CrcOf(ReadOnlySpan<byte> block, int payloadBytes) =>
        Crc32C.Append(Crc32C.Append(Crc32C.Seed, block[..CrcOffset]), block.Slice(HeaderBytes, payloadBytes)) ^ Crc32C.Seed;
}
