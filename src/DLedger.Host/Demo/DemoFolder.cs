namespace DLedger.Host;

/// <summary>The folder of a demo. Only a folder that a demo made is ever removed; a mark inside says so.</summary>
internal sealed class DemoFolder(string path)
{
    private const string MarkName = ".dledger-demo";

    public string Path { get; } = path;

    /// <summary>Makes the folder, in place of one that an earlier demo left.</summary>
    public void Make()
    {
        if (Directory.Exists(Path) && Directory.EnumerateFileSystemEntries(Path).Any())
        {
            if (!File.Exists(MarkFile)) throw new UsageException($"--data: '{Path}' holds files that no demo made; choose another folder");
            Remove();
        }

        Directory.CreateDirectory(Path);
        File.WriteAllText(MarkFile, "Made by `dledger demo`; the next demo removes it.\n");
    }

    public void Remove() => Directory.Delete(Path, recursive: true);

    private string MarkFile => System.IO.Path.Combine(Path, MarkName);
}
