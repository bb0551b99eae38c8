using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>
/// Every waiting client is answered, within bounded time while its member is up and running: those of a leader that is cut off or deposed too (SAFETY
/// 16).
/// </summary>
internal sealed class AnswersInTime
{
    /// <summary>The append timeout of 2 s by a slow clock, and some.</summary>
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(3.5);

    private readonly SimCluster _cluster;
    private readonly PriorityQueue<Request, TimeSpan> _waiting = new();

    public AnswersInTime(SimCluster cluster) => _cluster = cluster;

    public void Asked(Request request) => _waiting.Enqueue(request, request.At + s_most);

    public void CheckAt(TimeSpan now)
    {
        while (_waiting.TryPeek(out var request, out var due) && due < now)
        {
            _waiting.Dequeue();
            var node = _cluster.Node(request.Node);
            // Who is gone answers nobody.
            if (request.Answer is not null || !node.IsUp || node.Incarnation != request.Incarnation) continue;
            // A process that stood still has its time from when it went on.
            var from = node.IsPaused ? now : TimeSpan.FromTicks(Math.Max(request.At.Ticks, node.ResumedAt.Ticks));
            Invariant.Holds(from + s_most >= now, $"A client waits for ever: nobody answered {request}.");
            _waiting.Enqueue(request, from + s_most);
        }
    }
}
