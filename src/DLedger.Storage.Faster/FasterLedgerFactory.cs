using System.Runtime.CompilerServices;
using System.Text;
using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>Opens durable stores: one folder per member, a log over Microsoft FASTER Log.</summary>
internal sealed class FasterLedgerFactory : ILogStoreFactory
{
    private readonly StoreSettings _settings;
    private readonly IStoreFiles? _files;
    private readonly TimeProvider _time;

    /// <summary>A factory for the folder that the settings name.</summary>
    /// <exception cref="ArgumentException">A setting is out of range; the message names it, its value and what is allowed.</exception>
    public FasterLedgerFactory(StoreSettings settings, TimeProvider? time = null)
        : this(settings, null, time ?? TimeProvider.System)
    {
    }

    internal FasterLedgerFactory(StoreSettings settings, IStoreFiles? files, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings.Checked();
        _files = files;
        _time = time;
    }

    /// <inheritdoc/>
    public bool IsDurable => true;

    /// <inheritdoc/>
    public ILogStore Open(string group, string nodeId)
    {
        ArgumentException.ThrowIfNullOrEmpty(group);
        ArgumentException.ThrowIfNullOrEmpty(nodeId);
        ThrowIfTooLong(group);
        ThrowIfTooLong(nodeId);
        return FasterLedger.Open(_settings, _files ?? OpenFolder(), _time, group, nodeId);
    }

    private static void ThrowIfTooLong(string name, [CallerArgumentExpression(nameof(name))] string? parameter = null)
    {
        if (Encoding.UTF8.GetByteCount(name) > RecordWriter.NameBytesMax)
            throw new ArgumentException($"'{name[..16]}…' has more than {RecordWriter.NameBytesMax} bytes.", parameter);
    }

    private OsStoreFiles OpenFolder()
    {
        try
        {
            return new OsStoreFiles(_settings.Folder);
        }
        catch (IOException error)
        {
            throw new StoreException($"{_settings.Folder} cannot be opened: {error.Message}", error);
        }
    }
}
