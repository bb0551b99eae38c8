using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace DLedger.Host;

/// <summary>
/// The lines of a server. They are written on a thread of their own, behind a queue that has an end: a full disk, a reader that went away or one that
/// stands still takes lines away, and never changes what the member does. When lines can be written again, their number is said first.
/// </summary>
internal sealed class ServerLog : IDisposable
{
    private const int LinesMax = 1024;
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(2);

    private readonly Stream _output;
    private readonly BlockingCollection<string> _lines = new(LinesMax);
    private readonly TaskCompletionSource<string?> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _writer;
    private volatile string? _failure;
    private long _lost;
    private long _untold;
    private bool _broken;

    public ServerLog(Stream output)
    {
        _output = output;
        _writer = new Thread(Run) { IsBackground = true, Name = "dledger-log" };
        _writer.Start();
    }

    /// <summary>Why lines were lost although somebody wants them; null when none were.</summary>
    public string? Failure => _failure;

    /// <summary>How many lines were not written.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>From any thread; returns at once.</summary>
    public void Say(string line)
    {
        var added = false;
        try
        {
            added = _lines.TryAdd(PlainText.Line(line));
        }
        catch (InvalidOperationException)
        {
            // Ended: what a member says while its process ends.
        }

        if (!added) Lose();
    }

    /// <summary>
    /// Waits for the first line; returns why it could not be written, null when it was, or when nobody reads it, or when the reader keeps it waiting.
    /// </summary>
    public async Task<string?> FirstAsync()
    {
        var told = await Task.WhenAny(_first.Task, Task.Delay(WriteTimeout)).ConfigureAwait(false);
        return told == _first.Task ? await _first.Task.ConfigureAwait(false) : null;
    }

    /// <summary>Writes what is waiting, unless the reader stands still. Nothing is written afterwards.</summary>
    public void End()
    {
        if (!_lines.IsAddingCompleted) _lines.CompleteAdding();
        _writer.Join(WriteTimeout);
    }

    public void Dispose() => End();

    private void Run()
    {
        foreach (var line in _lines.GetConsumingEnumerable()) _first.TrySetResult(Write(line));
    }

    /// <summary>The trouble that somebody should hear of; null when there is none.</summary>
    private string? Write(string line)
    {
        var untold = Interlocked.Exchange(ref _untold, 0);

        // A line may have broken off in the middle.
        var before = _broken ? "\n" : "";
        if (untold > 0) before += string.Create(CultureInfo.InvariantCulture, $"({untold} lines of this log could not be written)\n");
        try
        {
            _output.Write(Encoding.UTF8.GetBytes($"{before}{line}\n"));
            _output.Flush();
            _broken = false;
            return null;
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            _broken = true;
            Interlocked.Add(ref _untold, untold);
            Lose();

            // A log that was closed on purpose, or whose reader left, is wanted by nobody.
            if (trouble is OutputClosedException or OutputMissingException) return null;
            return _failure = trouble.Message;
        }
    }

    private void Lose()
    {
        Interlocked.Increment(ref _lost);
        Interlocked.Increment(ref _untold);
    }
}
