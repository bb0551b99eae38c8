using System.Globalization;

namespace DLedger.Storage.Faster.Tests.PowerLoss;

/// <summary>
/// A disk in memory that keeps, when the power goes, only what a real one must: synced sectors, synced lengths, synced names. Everything else may
/// stay, go or be torn, each piece for itself. A process that is killed loses nothing, but what it had not synced stays in doubt (SAFETY 23).
/// </summary>
/// <remarks>
/// <code>
///   Boot() -> files of a process -> PowerFails() or Kill() -> Boot() -> ...
/// </code>
/// Decisions come from the seed; the interleaving of a store's own threads does not. So a failing run prints its journal.
/// </remarks>
internal sealed class PowerLossDisk
{
    private const int JournalLines = 400;

    private readonly Dictionary<string, DiskFile> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DiskFile> _namesOnDisk = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(long Change, DiskFile? File)>> _doubtfulNames = new(StringComparer.Ordinal);
    private readonly Queue<(int Boot, DiskOperation Operation, string What, long Offset, long Bytes)> _journal = new();
    private readonly Random _random;
    private PowerLossFiles? _running;
    private long _nameChanges;
    private int _boots;
    private int _machineStarts = 1;

    public PowerLossDisk(int seed) => _random = new Random(seed);

    /// <summary>Guards the whole disk; pulsed when a stall ends, a process dies, or a name comes or goes.</summary>
    public object Gate { get; } = new();

    /// <summary>What all files together may take.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    public long UsedBytes
    {
        get
        {
            lock (Gate) return _names.Values.Sum(file => file.Length);
        }
    }

    /// <summary>Which run of the machine this is.</summary>
    public string BootId => $"run {_machineStarts}";

    /// <summary>The machine stops and starts again, and by chance loses nothing.</summary>
    public void Restarts()
    {
        lock (Gate) _machineStarts++;
    }

    /// <summary>How much of a write is done when its process is killed in the middle: the system copies it page by page, from its start.</summary>
    internal int DoneOf(int bytes)
    {
        var sectors = (bytes + DiskFile.SectorBytes - 1) / DiskFile.SectorBytes;
        return Math.Min(bytes, _random.Next(1, sectors + 1) * DiskFile.SectorBytes);
    }

    /// <summary>Starts a process on the disk; the one before must be dead.</summary>
    public PowerLossFiles Boot()
    {
        lock (Gate)
        {
            if (_running is { IsDead: false }) throw new InvalidOperationException("Crash the process before another one starts.");
            _boots++;
            Note(_boots, DiskOperation.Boot, "", 0, 0);
            return _running = new PowerLossFiles(this, _boots);
        }
    }

    /// <summary>kill -9: the process is gone, the page cache is not.</summary>
    public void Kill()
    {
        lock (Gate)
        {
            Note(_boots, DiskOperation.Crash, "kill", 0, 0);
            _running?.Die();
        }
    }

    /// <summary>The power goes. What was in doubt is decided.</summary>
    public void PowerFails()
    {
        lock (Gate)
        {
            Note(_boots, DiskOperation.Crash, "power", 0, 0);
            _running?.Die();
            _machineStarts++;
            var fate = new Fate(_random);
            foreach (var (name, states) in _doubtfulNames.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                SetName(_namesOnDisk, name, fate.PickName(_namesOnDisk.GetValueOrDefault(name), states.ConvertAll(state => state.File)));
            _doubtfulNames.Clear();
            _names.Clear();
            foreach (var (name, file) in _namesOnDisk.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                file.LosePower(fate);
                _names[name] = file;
            }
        }
    }

    public IReadOnlyList<string> Names()
    {
        lock (Gate) return [.. _names.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>Returns once a file has the name.</summary>
    public void WaitFor(string name) => Deadline.WaitFor(Gate, () => _names.ContainsKey(name), () => $"{name}.\n{Journal()}");

    /// <summary>What a reader sees in a file.</summary>
    public byte[] Content(string name)
    {
        lock (Gate) return _names[name].Content();
    }

    /// <summary>Other content for a file, made when it is not there: damage, as no power loss does it.</summary>
    public void Replace(string name, ReadOnlySpan<byte> content)
    {
        lock (Gate)
        {
            if (!_names.TryGetValue(name, out var file)) file = _names[name] = _namesOnDisk[name] = new DiskFile();
            file.Replace(content);
        }
    }

    public void Flip(string name, long offset, byte mask = 1)
    {
        var content = Content(name);
        content[offset] ^= mask;
        Replace(name, content);
    }

    /// <summary>Takes a file away, surely.</summary>
    public void Remove(string name)
    {
        lock (Gate)
        {
            _names.Remove(name);
            _namesOnDisk.Remove(name);
            _doubtfulNames.Remove(name);
        }
    }

    /// <summary>The last operations, oldest first.</summary>
    public string Journal()
    {
        lock (Gate)
        {
            var lines = _journal.Select(line => string.Create(
                CultureInfo.InvariantCulture,
                $"  boot {line.Boot}: {line.Operation} {line.What}{(line.Bytes > 0 ? $" {line.Offset}+{line.Bytes}" : "")}"));
            return string.Join('\n', lines);
        }
    }

    internal void Note(int boot, DiskOperation operation, string what, long offset, long bytes)
    {
        lock (Gate)
        {
            _journal.Enqueue((boot, operation, what, offset, bytes));
            if (_journal.Count > JournalLines) _journal.Dequeue();
        }
    }

    internal DiskFile? Find(string name) => _names.GetValueOrDefault(name);

    internal void ChangeName(string name, DiskFile? file)
    {
        SetName(_names, name, file);
        if (!_doubtfulNames.TryGetValue(name, out var states)) _doubtfulNames[name] = states = [];
        states.Add((++_nameChanges, file));
        Monitor.PulseAll(Gate);
    }

    internal long NameChanges => _nameChanges;

    /// <summary>A folder sync that began after change number <paramref name="upTo"/> has completed.</summary>
    internal void FolderSynced(long upTo)
    {
        foreach (var (name, states) in _doubtfulNames.ToArray())
        {
            var covered = states.FindLastIndex(state => state.Change <= upTo);
            if (covered < 0) continue;
            SetName(_namesOnDisk, name, states[covered].File);
            states.RemoveRange(0, covered + 1);
            if (states.Count == 0) _doubtfulNames.Remove(name);
        }
    }

    private static void SetName(Dictionary<string, DiskFile> names, string name, DiskFile? file)
    {
        if (file is null) names.Remove(name);
        else names[name] = file;
    }
}
