namespace DLedger.Host;

/// <summary>
/// Appends lines as entries: pipelined, in order, in bounded memory. One loop reads and sends, another takes the outcomes in the order of the lines.
/// </summary>
/// <remarks>
/// What cannot be repeated safely (Unknown) is repeated only when asked for. What the client gave up on (no leader within its timeout, a full disk)
/// ends the reading, so that a later line is never appended over a hole that a short outage made; a line that is too large is the line's own fault
/// and only skipped.
/// </remarks>
internal sealed class LinePipeline
{
    /// <summary>Sent and not yet answered, at most.</summary>
    public const int EntriesMax = 8192;

    public const long BytesMax = 16 * 1024 * 1024;

    /// <summary>How often one line is sent again under <c>--retry-unknown</c>.</summary>
    public const int ResendsMax = 10;

    private readonly ILedgerClient _client;
    private readonly bool _retryUnknown;
    private readonly TimeProvider _time;
    private readonly Action<LineOutcome, LineSummary> _done;
    private readonly StallClock _stalls;
    private readonly LineSummary _summary = new();

    private readonly Lock _gate = new();
    private readonly Queue<Pending> _pending = [];
    private long _pendingBytes;
    private bool _inputEnded;
    private bool _readerLeft;
    private TaskCompletionSource _changed = NewSignal();

    /// <param name="client">Appends in the order of the calls.</param>
    /// <param name="retryUnknown">Sends lines of unknown outcome again.</param>
    /// <param name="time">For the summary.</param>
    /// <param name="done">Takes each outcome, in the order of the lines.</param>
    public LinePipeline(ILedgerClient client, bool retryUnknown, TimeProvider time, Action<LineOutcome, LineSummary> done)
    {
        _client = client;
        _retryUnknown = retryUnknown;
        _time = time;
        _done = done;
        _stalls = new StallClock(time);
    }

    /// <summary>Runs to the end of the input, or until <paramref name="stop"/>; what was sent is awaited in either case.</summary>
    public async Task<LineSummary> RunAsync(LineReader lines, CancellationToken stop)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var started = _time.GetTimestamp();
        var sender = SendAsync(lines, reading.Token);
        var fatal = await CollectAsync(reading).ConfigureAwait(false);
        await sender.ConfigureAwait(false);
        _summary.Elapsed = _time.GetElapsedTime(started);
        _summary.WithoutLeader = _stalls.Total;

        // Whoever left while the rest of an input that was already read is committed has missed nothing but the telling.
        if (_readerLeft && _summary.CutShort is null) fatal = null;
        _summary.CutShort = fatal ?? _summary.CutShort;
        return _summary;
    }

    private async Task SendAsync(LineReader lines, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await HasRoomAsync(cancellation).ConfigureAwait(false);
                var line = await lines.ReadAsync(cancellation).ConfigureAwait(false);
                if (line is null) return;
                cancellation.ThrowIfCancellationRequested();
                Send(line);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            _summary.CutShort = "interrupted";
        }
        catch (Exception trouble) when (trouble is IOException or OperationFailedException)
        {
            _summary.CutShort = $"line {_summary.Lines + 1}: {trouble.Message}";
        }
        finally
        {
            lock (_gate)
            {
                _inputEnded = true;
                Signal();
            }
        }
    }

    private void Send(byte[] body)
    {
        lock (_gate)
        {
            if (_pending.Count == 0) _stalls.Begin();
            _summary.Lines++;
            _pendingBytes += body.Length;
            _pending.Enqueue(new Pending(_summary.Lines, body, _client.AppendAsync(body, CancellationToken.None)));
            Signal();
        }
    }

    private async Task HasRoomAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_pending.Count < EntriesMax && _pendingBytes < BytesMax) return;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Takes outcomes in order until all are in; returns why sending was stopped, if it was.</summary>
    private async Task<string?> CollectAsync(CancellationTokenSource reading)
    {
        string? fatal = null;
        while (await HeadAsync().ConfigureAwait(false) is { } head)
        {
            var result = await head.Answer.ConfigureAwait(false);
            if (result is AppendResult.Unknown && _retryUnknown && fatal is null && head.Resends < ResendsMax && !reading.IsCancellationRequested)
            {
                // We are told of this one first: those that were under way with it are told while we queue.
                await Task.Yield();
                ResendUnknown();
                continue;
            }

            lock (_gate)
            {
                _pending.Dequeue();
                _pendingBytes -= head.Body.Length;
                if (result is AppendResult.Committed) _stalls.Progress();
                Signal();
            }

            Count(head.Line, result);
            if (!_summary.OutputFailed && Tell(new LineOutcome(head.Line, result)) is { } unwritten)
            {
                // What is sent is sent: its outcomes are awaited and counted, and no further line is read.
                fatal ??= unwritten;
                await reading.CancelAsync().ConfigureAwait(false);
            }

            if (fatal is null && result is AppendResult.Rejected { Reason: not RejectReason.TooLarge } rejected)
            {
                fatal = $"line {head.Line} was not appended, so no later line was read: {Describe.Rejection(rejected.Reason, rejected.Detail)}";
                await reading.CancelAsync().ConfigureAwait(false);
            }
        }

        return fatal;
    }

    /// <summary>Why an outcome could not be told; null when it was.</summary>
    private string? Tell(LineOutcome outcome)
    {
        try
        {
            _done(outcome, _summary);
            return null;
        }
        catch (IOException trouble)
        {
            _summary.OutputFailed = true;
            _readerLeft = trouble is OutputClosedException;
            return trouble is OutputClosedException ? "nobody reads the output any more" : trouble.Message;
        }
    }

    private async Task<Pending?> HeadAsync()
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_pending.TryPeek(out var head)) return head;
                if (_inputEnded) return null;
                changed = _changed.Task;
            }

            await changed.ConfigureAwait(false);
        }
    }

    /// <summary>Sends all that is known to be unknown again, in the order of the lines: a lost leader leaves many at once.</summary>
    private void ResendUnknown()
    {
        lock (_gate)
        {
            foreach (var pending in _pending)
            {
                if (pending.Resends >= ResendsMax || !pending.Answer.IsCompletedSuccessfully || pending.Answer.Result is not AppendResult.Unknown)
                    continue;
                pending.Resends++;
                _summary.Resent++;
                pending.Answer = _client.AppendAsync(pending.Body, CancellationToken.None);
            }
        }
    }

    private void Count(long line, AppendResult result)
    {
        switch (result)
        {
            case AppendResult.Committed:
                _summary.Committed++;
                break;
            case AppendResult.Unknown:
                _summary.Unknown.Add(line);
                break;
            case AppendResult.Rejected:
                _summary.Rejected.Add(line);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Under the gate.</summary>
    private void Signal()
    {
        var changed = _changed;
        _changed = NewSignal();
        changed.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Pending(long line, byte[] body, Task<AppendResult> answer)
    {
        public long Line { get; } = line;

        public byte[] Body { get; } = body;

        public Task<AppendResult> Answer { get; set; } = answer;

        public int Resends { get; set; }
    }
}
