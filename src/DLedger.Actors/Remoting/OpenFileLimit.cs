namespace DLedger.Remoting;

/// <summary>
/// How many files and sockets this process may have open. .NET keeps two open for every assembly that it loads, about a hundred and ten together;
/// with too few, a member ends in the middle of its work, with errors that name anything but the reason.
/// </summary>
internal static class OpenFileLimit
{
    /// <summary>An idle member has about 130 open; the rest is for the files of a checkpoint, other members and clients.</summary>
    public const int Needed = 256;

    /// <summary>In one line, why a member cannot run here; null if it can.</summary>
    public static string? Problem() => Descriptors.Max is { } allowed && allowed < Needed
        ? $"This process may have {allowed} files and sockets open (RLIMIT_NOFILE), and a member needs {Needed} or more: raise the limit, with "
            + $"'ulimit -n 4096' or LimitNOFILE=4096."
        : null;
}
