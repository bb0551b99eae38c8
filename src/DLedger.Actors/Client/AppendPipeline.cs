using DLedger.Core;

namespace DLedger.Client;

/// <summary>
/// Keeps a client's appends in order while several requests are under way. What is committed is committed in the order of the calls, also over a
/// change of leader.
/// </summary>
/// <remarks>
/// <code>
/// flowing   --a request is refused, or its outcome is lost-->   draining   --nothing under way any more-->   flowing, with a new Start
/// </code>
/// While draining nothing is sent: a later append must not pass an earlier one that may have to go out again. Refused appends then go out again,
/// first and in order; unknown ones never. Every message has a sequence number of its own, so that one that was delayed on the way can never stand in
/// for another. Plain: no clock, no Akka.
/// </remarks>
internal sealed class AppendPipeline(Guid streamId, int window, int packBytes, TimeSpan timeout)
{
    // Behind one request goes one that is half as large, or has waited; behind so many only full ones, so that load makes requests grow by itself.
    private const int EagerRequests = 2;
    private static readonly TimeSpan WaitMax = TimeSpan.FromMilliseconds(50);

    private readonly LinkedList<AppendRequest> _underWay = new();
    private Queue<PendingAppend> _again = new();
    private readonly Queue<PendingAppend> _waiting = new();
    private long _waitingBytes;
    private long _nextSequence;
    private bool _start = true;
    private int _refused;
    private int _packBytes = packBytes;

    public bool Draining { get; private set; }

    public bool IsIdle => _underWay.Count == 0 && !HasUnsent;

    public bool HasUnsent => _again.Count > 0 || _waiting.Count > 0;

    /// <summary>In the order in which they were sent.</summary>
    public IReadOnlyCollection<AppendRequest> UnderWay => _underWay;

    public void Add(PendingAppend append)
    {
        _waiting.Enqueue(append);
        _waitingBytes += append.WireBytes;
    }

    /// <summary>
    /// The next request to send now; null when none may go. Appends that are over already, or too late to get an answer, go to
    /// <paramref name="dropped"/>.
    /// </summary>
    public AppendRequest? Next(TimeSpan now, List<PendingAppend> dropped)
    {
        if (Draining || _underWay.Count >= window) return null;
        if (_again.Count == 0 && !IsWorthARequest(now)) return null;
        List<PendingAppend>? appends = null;
        var oneEach = true;
        var wantsReplies = false;
        long bytes = 0;
        var expiresAt = TimeSpan.MaxValue;
        while (Head() is { } head)
        {
            if (head.IsOver || head.Deadline - now < timeout / 16)
            {
                dropped.Add(head);
                TakeHead();
                continue;
            }

            if (appends is not null && bytes + head.WireBytes > _packBytes) break;
            TakeHead();
            if (appends is null)
            {
                // A list that grows costs as much again.
                appends = new List<PendingAppend>((int)Math.Min(_again.Count + _waiting.Count + 1, (_packBytes / Math.Max(1, head.WireBytes)) + 1));
            }

            appends.Add(head);
            oneEach &= head.Bodies is null;
            wantsReplies |= head.WantsReplies;
            bytes += head.WireBytes;
            if (head.Deadline < expiresAt) expiresAt = head.Deadline;
        }

        if (appends is null) return null;
        var message = new AppendMany(
            PackedBodies.Of(appends, oneEach), new AppendStream(streamId, _nextSequence++, _start)) { WantsReplies = wantsReplies };
        var request = new AppendRequest(appends, message, bytes, expiresAt);
        _start = false;
        request.Place = _underWay.AddLast(request);
        return request;
    }

    /// <summary>The request has its final answer, and the stream goes on behind it.</summary>
    public void Completed(AppendRequest request)
    {
        if (request.Place is { } place)
        {
            request.Place = null;
            _underWay.Remove(place);
            if (request.Refused) _refused--;
        }

        EndDrainWhenEmpty();
    }

    /// <summary>The request has a final answer, or none, that breaks the stream: what follows it is refused too.</summary>
    public void CompletedAndBroken(AppendRequest request)
    {
        Draining = true;
        Completed(request);
    }

    /// <summary>The request is surely not in the log: its appends go out again once nothing is under way.</summary>
    public void Refused(AppendRequest request)
    {
        Draining = true;
        if (!request.Refused) _refused++;
        request.Refused = true;
        EndDrainWhenEmpty();
    }

    /// <summary>What comes next may go to another leader: everything under way is complete first, and the stream starts anew.</summary>
    public void Break()
    {
        Draining = true;
        EndDrainWhenEmpty();
    }

    /// <summary>The group takes less at once than we packed.</summary>
    public void PackLess(AppendRequest tooLarge)
    {
        long bytes = 0;
        foreach (var append in tooLarge.Appends) bytes += append.WireBytes;
        _packBytes = (int)Math.Max(1, Math.Min(_packBytes, bytes) / 2);
    }

    /// <summary>Unsent appends whose time is over, or that were cancelled.</summary>
    public void TakeExpired(TimeSpan now, List<PendingAppend> expired)
    {
        while (Head() is { } head && (head.IsOver || head.Deadline <= now))
        {
            expired.Add(head);
            TakeHead();
        }
    }

    /// <summary>Everything that has not been sent, or was refused.</summary>
    public void TakeUnsent(List<PendingAppend> unsent)
    {
        while (Head() is { } head)
        {
            unsent.Add(head);
            TakeHead();
        }
    }

    /// <summary>
    /// Whether what waits goes out beside what is under way. A small request right behind a large one costs as much as a full one, and the next is
    /// not far; but an answer may be lost, so nothing waits for it long.
    /// </summary>
    private bool IsWorthARequest(TimeSpan now) => _underWay.Count switch
    {
        0 => true,
        < EagerRequests =>
            _waitingBytes >= Math.Min(_packBytes, _underWay.First!.Value.Bytes / 2)
                || (Head() is { } head && timeout - (head.Deadline - now) >= WaitMax),
        _ => _waitingBytes >= _packBytes,
    };

    private void EndDrainWhenEmpty()
    {
        if (!Draining || _refused < _underWay.Count) return;

        // Refused ones first and in their order, then what was waiting to go out again behind them, then the new.
        if (_underWay.Count > 0)
        {
            var again = new Queue<PendingAppend>();
            foreach (var request in _underWay)
            {
                request.Place = null;
                foreach (var append in request.Appends) again.Enqueue(append);
            }

            foreach (var append in _again) again.Enqueue(append);
            _again = again;
            _underWay.Clear();
            _refused = 0;
        }

        Draining = false;
        _start = true;
    }

    private PendingAppend? Head() => _again.TryPeek(out var head) || _waiting.TryPeek(out head) ? head : null;

    private void TakeHead()
    {
        if (_again.TryDequeue(out _)) return;
        _waitingBytes -= _waiting.Dequeue().WireBytes;
        Invariant.Holds(_waitingBytes >= 0, "What waits is counted once.");
    }
}
