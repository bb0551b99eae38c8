using System.Buffers;
using System.Diagnostics;

namespace DLedger.Processes.Tests;

/// <summary>
/// Writes the history of a run as it happens. Each line gets its time and its place in the file at once, so the order of the lines is the order in
/// which things happened: an invoke is written before the request leaves, an outcome after the answer has come.
/// </summary>
internal sealed class HistoryRecorder : IAsyncDisposable
{
    private const int FlushBytes = 64 << 10;

    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private readonly ArrayBufferWriter<byte> _buffer = new(2 * FlushBytes);
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _clients = -1;

    public HistoryRecorder(string path)
    {
        Path = path;
        _file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    public string Path { get; }

    /// <summary>A client number that nobody has had.</summary>
    public long NewClient() => Interlocked.Increment(ref _clients);

    public void Append(long client, HistoryType type, string body, long? index = null)
    {
        lock (_gate) Write(HistoryEvent.Append(client, type, body, Now, index));
    }

    public void Read(long client, HistoryType type, long from, IReadOnlyList<string>? bodies = null)
    {
        lock (_gate) Write(HistoryEvent.Read(client, type, from, Now, bodies));
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate) Flush();
        await _file.DisposeAsync();
    }

    /// <summary>Asked for under the lock: a later line never has an earlier time.</summary>
    private long Now => (long)Stopwatch.GetElapsedTime(_start).TotalNanoseconds;

    private void Write(HistoryEvent line)
    {
        HistoryLine.Write(_buffer, line);
        if (_buffer.WrittenCount >= FlushBytes) Flush();
    }

    private void Flush()
    {
        _file.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
    }
}
