namespace DLedger.Core;

/// <summary>What is on disk cannot be what was written, and no power loss explains it. Nothing is deleted.</summary>
internal sealed class StoreDamagedException : StoreException
{
    public StoreDamagedException(string file, long offset, string what)
        : base($"{file} is damaged at offset {offset}: {what}. Nothing was changed. Do not put an old copy in its place: move the folder away and "
            + "start the member anew; it is brought up to date, and votes once it is readmitted.")
    {
        File = file;
        Offset = offset;
    }

    public StoreDamagedException()
    {
    }

    public StoreDamagedException(string message)
        : base(message)
    {
    }

    public StoreDamagedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public string? File { get; }

    /// <summary>In bytes from the start of <see cref="File"/>.</summary>
    public long Offset { get; }
}
