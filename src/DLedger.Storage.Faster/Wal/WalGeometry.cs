using System.Globalization;

namespace DLedger.Storage.Faster;

/// <summary>How addresses map to pages, segments and file names. Fixed for the life of a folder.</summary>
internal readonly record struct WalGeometry(int PageBytes, long SegmentBytes)
{
    /// <summary>Where FASTER puts the first record of a new log.</summary>
    public const long FirstAddress = 64;

    private const string SegmentPrefix = "wal-";
    private const string SegmentSuffix = ".seg";

    public long SegmentOf(long address) => address / SegmentBytes;

    public long OffsetInSegment(long address) => address & (SegmentBytes - 1);

    public long PageStart(long address) => address & ~(PageBytes - 1L);

    public long NextPage(long address) => PageStart(address) + PageBytes;

    /// <summary>
    /// Where FASTER will put a record of this size when its tail is here: at the tail, or on the next page when it does not fit this one.
    /// </summary>
    public long PlaceOf(long tail, int frameBytes) => tail + frameBytes > NextPage(tail) ? NextPage(tail) : tail;

    /// <summary>No frame starts so close to the end of a page.</summary>
    public bool HasRoomForFrame(long address) => NextPage(address) - address >= Frame.OverheadBytes;

    public static string SegmentName(long segment) => string.Create(CultureInfo.InvariantCulture, $"{SegmentPrefix}{segment:D12}{SegmentSuffix}");

    /// <summary>The number of a segment file; null for every other name.</summary>
    public static long? SegmentNumber(string name) =>
        name.StartsWith(SegmentPrefix, StringComparison.Ordinal)
        && name.EndsWith(SegmentSuffix, StringComparison.Ordinal)







        && long.TryParse(name.AsSpan(SegmentPrefix.Length, name.Length - SegmentPrefix.Length - SegmentSuffix.Length), NumberStyles.None,
            CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
