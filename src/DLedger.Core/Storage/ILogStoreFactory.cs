namespace DLedger.Core;

/// <summary>Makes or opens the store of a member.</summary>
internal interface ILogStoreFactory
{
    /// <summary>
    /// Whether what its stores report as flushed is on a disk and survives the process: what <c>durability = disk</c> asks for, and <c>durability =
    /// memory</c> does not want.
    /// </summary>
    bool IsDurable { get; }

    /// <summary>
    /// Opens the folder of member <paramref name="nodeId"/>; makes it when it is not there. Blocks. Throws <see cref="StoreException"/>: the folder
    /// is in use, belongs to another node, has an unknown format, or is damaged.
    /// </summary>
    ILogStore Open(string group, string nodeId);
}
