using System.Diagnostics;
using DLedger.Core;

namespace DLedger.Node;

/// <summary>How a client is told that its append was not taken.</summary>
internal static class AppendRefusal
{
    /// <param name="leader">Its address, where it helps.</param>
    public static DLedgerMessage? Of(
        DLedgerMessage append, AppendVerdict verdict, LogOwner<Caller> owner, DLedgerSettings settings, string? leader) =>
        Refusal.Of(append, ReasonOf(verdict), leader, DetailOf(append, verdict, owner, settings));

    public static RejectReason ReasonOf(AppendVerdict verdict) => verdict switch
    {
        AppendVerdict.NoEntries => RejectReason.NoEntries,
        AppendVerdict.EntryTooLarge or AppendVerdict.RequestTooLarge => RejectReason.TooLarge,
        AppendVerdict.OutOfOrder => RejectReason.OutOfOrder,
        AppendVerdict.NotLeader => RejectReason.NotLeader,
        AppendVerdict.NoOpWaits or AppendVerdict.HandingOver or AppendVerdict.TooMuchOutstanding => RejectReason.Busy,
        AppendVerdict.BufferFull or AppendVerdict.SpaceIsComing => RejectReason.Busy,
        AppendVerdict.DiskFull => RejectReason.DiskFull,
        AppendVerdict.Stopping => RejectReason.Stopping,
        _ => throw new UnreachableException(),
    };

    private static string? DetailOf(DLedgerMessage append, AppendVerdict verdict, LogOwner<Caller> owner, DLedgerSettings settings) => verdict switch
    {
        AppendVerdict.NoEntries => "the request holds no entries",
        AppendVerdict.EntryTooLarge => $"an entry of {LargestOf(append)} bytes is over max-entry-size of {settings.MaxEntrySize} bytes",
        AppendVerdict.RequestTooLarge =>
            $"entries of one request must fit batch-bytes-max of {settings.BatchBytesMax} bytes together, with 4 bytes each",
        AppendVerdict.NoOpWaits => "the new leader's first record waits for the disk",
        AppendVerdict.HandingOver when owner.HeldFor == settings.Id => "the leader stops, and nobody can take over",
        AppendVerdict.HandingOver => $"leadership is being handed to {owner.HeldFor}",
        AppendVerdict.TooMuchOutstanding => $"{owner.Outstanding.Entries} entries of {owner.Outstanding.Bytes} bytes wait to be committed",
        AppendVerdict.BufferFull => "the write buffer is full",
        AppendVerdict.SpaceIsComing => "the log fills faster than the disk makes room for it",
        AppendVerdict.DiskFull => "no space for more on the leader's disk",
        _ => null,
    };

    private static int LargestOf(DLedgerMessage append) => append switch
    {
        Append one => one.Body.Length,
        Execute one => one.Command.Length,
        AppendMany many => many.Bodies.Max(body => body.Length),
        _ => throw new UnreachableException(),
    };
}
