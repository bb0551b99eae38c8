using System.Net;
using System.Net.Http.Json;

namespace DLedger.Packages.Tests;

/// <summary>
/// Changes of the stock that one process of the sample gets over HTTP, from several callers at a time. It ends by itself when the process no longer
/// accepts a connection.
/// </summary>
internal sealed class OrderLoad : IDisposable
{
    private const int Callers = 8;

    private readonly Lock _gate = new();
    private readonly HttpClient _http = new() { Timeout = Command.Deadline };
    private readonly Uri _item;
    private readonly List<string> _surprises = [];
    private readonly List<(int Acknowledged, TaskCompletionSource Reached)> _awaited = [];
    private readonly Task _callers;
    private int _acknowledged;
    private int _answered;
    private int _unanswered;
    private volatile bool _isEnding;

    public OrderLoad(Uri item)
    {
        _item = item;
        _callers = Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(CallAsync)));
    }

    /// <summary>Waits for so many acknowledged changes from now on; fails when the load ends before.</summary>
    public async Task AcknowledgesAsync(int more)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate) _awaited.Add((_acknowledged + more, reached));
        await Task.WhenAny(reached.Task, _callers).WaitAsync(Command.Deadline);
        Assert.True(reached.Task.IsCompleted, $"{_item} ended the load before. {string.Join('\n', _surprises)}");
    }

    /// <summary>
    /// No caller asks again; all that was asked is answered, or its connection has ended. Fails if an answer was neither "it is in the log" nor "it
    /// is not".
    /// </summary>
    public async Task<Outcome> EndAsync()
    {
        _isEnding = true;
        await _callers.WaitAsync(Command.Deadline);
        Assert.True(_surprises.Count == 0, string.Join('\n', _surprises));
        return new Outcome(_acknowledged, _answered, _unanswered);
    }

    public void Dispose() => _http.Dispose();

    private async Task CallAsync()
    {
        while (!_isEnding)
        {
            try
            {
                using var answer = await _http.PostAsJsonAsync(_item, new { by = 1 });
                var text = await answer.Content.ReadAsStringAsync();
                lock (_gate) Note(answer.StatusCode, text);
            }
            catch (HttpRequestException error)
            {
                // Nothing was sent when there was no connection. Otherwise the change may be in the log.
                if (error.HttpRequestError == HttpRequestError.ConnectionError) return;
                lock (_gate) _unanswered++;
                return;
            }
        }
    }

    private void Note(HttpStatusCode code, string text)
    {
        _answered++;

        // Rejected is no surprise while leadership moves: it is surely not in the log.
        if (code == HttpStatusCode.ServiceUnavailable) return;
        if (code != HttpStatusCode.OK)
        {
            _surprises.Add($"{code}: {text}");
            return;
        }

        _acknowledged++;
        foreach (var (acknowledged, reached) in _awaited)
        {
            if (_acknowledged >= acknowledged) reached.TrySetResult();
        }
    }

    /// <summary>What became of the requests.</summary>
    /// <param name="Acknowledged">Changes that are in the log.</param>
    /// <param name="Answered">Requests with any answer.</param>
    /// <param name="Unanswered">Requests whose connection ended without an answer.</param>
    internal sealed record Outcome(int Acknowledged, int Answered, int Unanswered);
}
