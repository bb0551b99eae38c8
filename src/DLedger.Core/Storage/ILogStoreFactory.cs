namespace DLedger.Core;

/// <summary>Makes or opens the store of a member.</summary>
public interface ILogStoreFactory
{
    /// <summary>
    /// Opens the folder of member <paramref name="nodeId"/>; makes it when it is not there. Blocks. Throws <see cref="StoreException"/>: the folder
    /// is in use, belongs to another node, has an unknown format, or is damaged.
    /// </summary>
    ILogStore Open(string group, string nodeId);
}
