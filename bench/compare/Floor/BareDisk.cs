using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace DLedger.Compare;

/// <summary>Write and fdatasync in a loop, without anything around.</summary>
internal sealed class BareDisk(string folder, TimeSpan time)
{
    private const int BlockBytes = 4096;
    private const int WriterCount = 3;
    private const long FileBytes = 1L << 30;
    private static readonly int[] WriterSizes = [64 << 10, 256 << 10, 1 << 20];

    /// <summary>
    /// 4 KiB at a time: over the same place, or onwards into space that the file system has reserved but never written (which costs an entry in its
    /// journal).
    /// </summary>
    public Latency SyncLatency(bool preallocated)
    {
        var latency = new Latency();
        using var file = Create("sync", preallocated ? FileBytes : 0);
        var block = Noise(BlockBytes);
        var at = 0L;
        if (!preallocated) WriteAndSync(file, block, at);
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < time && at + BlockBytes <= FileBytes;)
        {
            var begun = Stopwatch.GetTimestamp();
            WriteAndSync(file, block, at);
            latency.RecordSince(begun);
            if (preallocated) at += BlockBytes;
        }

        return latency;
    }

    /// <summary>What three writers reach, each with its own file: as three members on one disk.</summary>
    public IReadOnlyList<WriterRate> Bandwidth() => [.. WriterSizes.Select(size => new WriterRate(size, Bandwidth(size)))];

    private double Bandwidth(int size)
    {
        var files = Enumerable.Range(0, WriterCount).Select(i => Create($"writer{i}", FileBytes)).ToList();
        try
        {
            var block = Noise(size);
            var written = new long[WriterCount];
            var isOver = false;
            var started = Stopwatch.GetTimestamp();
            var threads = files.Select((file, i) => new Thread(() =>
            {
                while (!Volatile.Read(ref isOver) && Stopwatch.GetElapsedTime(started) < time && written[i] + size <= FileBytes)
                {
                    WriteAndSync(file, block, written[i]);
                    written[i] += size;
                }

                // Whoever is at the end of its file ends it for all: two writers are not three.
                Volatile.Write(ref isOver, true);
            })).ToList();
            foreach (var thread in threads) thread.Start();
            foreach (var thread in threads) thread.Join();
            return written.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
        finally
        {
            foreach (var file in files) file.Dispose();
        }
    }

    private static void WriteAndSync(SafeFileHandle file, byte[] block, long at)
    {
        RandomAccess.Write(file, block, at);
        Libc.DataSync(file);
    }

    private SafeFileHandle Create(string name, long preallocated) =>
        File.OpenHandle(Path.Combine(folder, name), FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose, preallocated);

    private static byte[] Noise(int size)
    {
        var noise = new byte[size];
        new Random(1).NextBytes(noise);
        return noise;
    }
}
