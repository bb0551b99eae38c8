using System.Text.Unicode;

namespace DLedger.Host;

/// <summary>
/// The arguments as they were given. The runtime decodes them, and puts U+FFFD where they are no UTF-8: what is appended, or where data goes, would
/// not be what was meant.
/// </summary>
internal static class RawArguments
{
    private const char Replacement = '\uFFFD';

    /// <summary>Throws <see cref="UsageException"/> for an argument that did not arrive as it was given.</summary>
    public static void Check(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            if (IsDamaged(arguments, i))
                throw new UsageException($"argument {i + 1}, '{arguments[i]}', is no valid text; `append --stdin` takes any bytes");
        }
    }

    private static bool IsDamaged(IReadOnlyList<string> arguments, int index)
    {
        var argument = arguments[index];
        if (HasLoneSurrogate(argument)) return true;
        if (!argument.Contains(Replacement, StringComparison.Ordinal) || OperatingSystem.IsWindows()) return false;

        // Elsewhere nothing tells whether somebody really wrote this sign.
        return !OperatingSystem.IsLinux() || !Utf8.IsValid(OfProcess(arguments.Count, index));
    }

    /// <summary>The last arguments of the process are those of the command; before them stand its name and perhaps the runtime's.</summary>
    private static ReadOnlySpan<byte> OfProcess(int count, int index)
    {
        ReadOnlySpan<byte> line = File.ReadAllBytes("/proc/self/cmdline");
        var skip = line.Count((byte)0) - count + index;
        for (; skip > 0; skip--) line = line[(line.IndexOf((byte)0) + 1)..];
        var end = line.IndexOf((byte)0);
        return end < 0 ? line : line[..end];
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return true;
            i++;
        }

        return false;
    }
}
