namespace DLedger;

/// <summary>Ids and names of groups become names of folders, on whatever system a member is moved to.</summary>
internal static class FolderName
{
    private static readonly HashSet<string> Devices = new(StringComparer.OrdinalIgnoreCase)
    {
        "CON", "PRN", "AUX", "NUL", "COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9",
        "LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
    };

    /// <summary>Why a name of letters, digits, <c>_</c> and <c>.</c> is no name for a folder of its own; null when it is.</summary>
    public static string? ProblemOf(string name)
    {
        // '.' is the folder itself and '..' the one above it; Windows leaves dots at the end away.
        if (name.EndsWith('.')) return "must not end in a dot";
        var stem = name.Split('.', 2)[0];
        return Devices.Contains(stem) ? $"must not be {stem}, the name of a device on Windows" : null;
    }
}
