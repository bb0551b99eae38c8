using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>Opens durable stores: one folder per member, a log over Microsoft FASTER Log.</summary>
public sealed class FasterLedgerFactory : ILogStoreFactory
{
    private readonly FasterStoreOptions _options;
    private readonly IStoreFiles? _files;
    private readonly TimeProvider _time;

    /// <summary>A factory for the folder that the options name.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names its key, its value and what is allowed.</exception>
    public FasterLedgerFactory(FasterStoreOptions options, TimeProvider? time = null)
        : this(options, null, time ?? TimeProvider.System)
    {
    }

    /// <summary>A factory for the folder that a member's settings name, with everything else that they say of the store.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names its key, its value and what is allowed.</exception>
    public FasterLedgerFactory(StoreSettings settings)
        : this(FasterStoreOptions.Of(settings))
    {
    }

    internal FasterLedgerFactory(FasterStoreOptions options, IStoreFiles? files, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Checked();
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
        return FasterLedger.Open(_options, _files ?? OpenFolder(), _time, group, nodeId);
    }

    private OsStoreFiles OpenFolder()
    {
        try
        {
            return new OsStoreFiles(_options.Folder);
        }
        catch (IOException error)
        {
            throw new StoreException($"{_options.Folder} cannot be opened: {error.Message}", error);
        }
    }
}
