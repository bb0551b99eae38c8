namespace DLedger.Storage.Faster;

/// <summary>
/// The one interface from the store to a disk: a flat folder of files. The product goes through it to the operating system; tests put a disk behind
/// it that loses power, fails, stalls or fills up. All calls block; thread-safe. I/O errors are <see cref="IOException"/>, whatever the system calls
/// them; no space is <see cref="DiskFullException"/>, no file descriptor to open one more file with is <see cref="NoDescriptorException"/>.
/// </summary>
internal interface IStoreFiles
{
    /// <summary>Which run of the machine this is, from its start to its end; null when the system does not say.</summary>
    string? BootId => null;

    /// <summary>
    /// Opens a file for reading and writing. Reading never creates one: <paramref name="create"/> false throws <see cref="FileNotFoundException"/>.
    /// </summary>
    IStoreFile Open(string name, bool create);

    bool Exists(string name);

    /// <summary>Names of all files, in ordinal order.</summary>
    IReadOnlyList<string> List();

    void Delete(string name);

    /// <summary>
    /// Makes creations and deletions durable. A created file may be gone, and a deleted one back, after a power loss before this returned.
    /// </summary>
    void SyncFolder();

    /// <summary>Takes the operating system's lock on an open file (SAFETY 28); null when another process holds it.</summary>
    IDisposable? TryLock(string name);

    /// <summary>The whole path, for messages.</summary>
    string PathOf(string name);
}
