using System.Runtime.InteropServices;

namespace DLedger.Storage.Faster;

/// <summary>One point of the sparse index: the frame at <paramref name="Address"/> holds batch <paramref name="LogIndex"/>, whose first entry is <paramref name="FirstEntry"/>. 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct IndexPoint(long LogIndex, long FirstEntry, long Address);
