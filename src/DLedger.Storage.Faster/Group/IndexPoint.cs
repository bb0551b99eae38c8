using System.Runtime.InteropServices;

namespace DLedger.Storage.Faster;

/// <summary>
/// One point of the sparse index: the frame at <paramref name="Address"/> holds batch <paramref name="LogIndex"/>, whose first entry is
/// <paramref name="FirstEntry"/>. 32 bytes.
/// </summary>
/// <param name="TimeBefore">
/// The log time of the batch before, in microseconds: with it the log can begin here. <see cref="NoTime"/> when that batch was not at hand, because
/// this one superseded another.
/// </param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct IndexPoint(long LogIndex, long FirstEntry, long Address, long TimeBefore)
{
    public const long NoTime = -1;
}
