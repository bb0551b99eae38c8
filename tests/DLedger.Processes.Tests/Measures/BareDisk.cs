using System.Diagnostics;
using DLedger.Storage.Faster;

namespace DLedger.Processes.Tests;

/// <summary>What the disk gives to a loop that does nothing else.</summary>
internal static class BareDisk
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>One writer: a chunk, a sync, and again, into preallocated space.</summary>
    public static double SequentialBytesPerSecond(string folder, long bytes)
    {
        var files = new OsStoreFiles(folder);
        var chunk = new byte[ChunkBytes];
        new Random(1).NextBytes(chunk);
        TimeSpan time;
        using (var file = files.Open("bare", create: true))
        {
            file.Allocate(bytes);
            file.Sync();
            var since = Stopwatch.GetTimestamp();
            for (long offset = 0; offset < bytes; offset += ChunkBytes)
            {
                file.Write(offset, chunk);
                file.Sync();
            }

            time = Stopwatch.GetElapsedTime(since);
        }

        files.Delete("bare");
        return bytes / time.TotalSeconds;
    }
}
