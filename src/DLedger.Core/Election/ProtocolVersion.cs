namespace DLedger.Core;

/// <summary>
/// What members speak with each other. Whoever speaks another version is no member of the same group: neither counts for the other. Raised whenever
/// members of the version before could misunderstand what is said.
/// </summary>
internal static class ProtocolVersion
{
    public const int Current = 2;
}
