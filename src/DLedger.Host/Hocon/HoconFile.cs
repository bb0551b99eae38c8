using System.Text;
using Akka.Configuration;

namespace DLedger.Host;

/// <summary>A configuration file with everything that it includes.</summary>
internal sealed class HoconFile
{
    private const int FileBytesMax = 4 << 20;
    private const int FilesMax = 1000;

    private static readonly string[] Extensions = ["", ".conf", ".json"];

    private readonly List<string> _open = [];
    private int _files;

    private HoconFile()
    {
    }

    /// <summary>
    /// Reads and resolves a file. Throws <see cref="HoconException"/>, and <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> for
    /// the file itself.
    /// </summary>
    public static Config Read(string path, Func<string, string?> environment) =>
        HoconResolver.Resolve(path, new HoconFile().Fields(path, []), environment);

    private HoconFields Fields(string path, IReadOnlyList<string> within)
    {
        var full = Path.GetFullPath(path);
        if (_open.Contains(full))
            throw new HoconException($"{path} includes itself: {string.Join(" includes ", _open.Append(full).Select(Path.GetFileName))}");
        if (_open.Count >= HoconParser.DepthMax || ++_files > FilesMax)
            throw new HoconException($"{path}: more than {HoconParser.DepthMax} files deep, or {FilesMax} in all, are included");
        var text = Text(path);
        _open.Add(full);
        var fields = HoconParser.Parse(path, text, within, Include);
        _open.RemoveAt(_open.Count - 1);
        return fields;

        // As the standard has it: a file that is not there is as good as an empty one, unless it is required.
        HoconFields? Include(string name, bool isRequired, IReadOnlyList<string> at)
        {
            var folder = Path.GetDirectoryName(full) ?? "";
            var found = Extensions.Select(extension => Path.Combine(folder, name + extension)).FirstOrDefault(File.Exists);
            if (found is not null)
            {
                try
                {
                    return Fields(found, at);
                }
                catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
                {
                    throw new HoconException($"{path}: cannot read the included '{found}': {trouble.Message}", trouble);
                }
            }

            return isRequired ? throw new HoconException($"{path}: the file to include is not there: '{Path.Combine(folder, name)}'") : null;
        }
    }

    /// <summary>The text of a file, which may be a pipe. One that has no end is refused.</summary>
    private static string Text(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[FileBytesMax + 1];
        var length = 0;
        int read;
        while (length < bytes.Length && (read = file.Read(bytes, length, bytes.Length - length)) > 0) length += read;
        if (length > FileBytesMax) throw new HoconException($"{path}: a configuration of more than {FileBytesMax} bytes");
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException wrong)
        {
            throw new HoconException($"{path}: not UTF-8 at byte {wrong.Index}", wrong);
        }
    }
}
