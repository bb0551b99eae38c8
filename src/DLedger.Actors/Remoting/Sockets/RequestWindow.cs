using System.Collections.Concurrent;

namespace DLedger.Remoting;

/// <summary>
/// What one connection has asked and not yet been answered. While that is too much its reader reads no further, so that it waits in the sender and
/// not here: Akka hands messages to mailboxes without bound. Each request gets one answer, mostly on the connection that it came by.
/// </summary>
/// <remarks>
/// An answer may go elsewhere, or nowhere when the request named no sender. So a reader that has waited a while without any answer takes a few more:
/// such a sender becomes slow, not stuck.
/// </remarks>
internal sealed class RequestWindow(int requestsMax, long bytesMax, SharedBudget inAll)
{
    private const int ForgivenAtOnce = 64;
    private static readonly TimeSpan ReplyTimeout = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// The heartbeats of the other side stand behind the request that waits: well below the pause of any failure detector, it goes through.
    /// </summary>
    private const long WaitMaxMs = 500;

    /// <summary>
    /// So much each connection may ask, however much the others do: what one of them leaves without an answer is not held against the rest.
    /// </summary>
    private const long OwnShareBytes = 256 << 10;

    private readonly ConcurrentQueue<int> _asked = new();
    private readonly object _gate = new();
    private long _bytes;
    private int _count;
    private bool _isWaiting;
    private bool _isClosed;

    public bool IsEmpty => Volatile.Read(ref _count) == 0;

    /// <summary>Whether another request may be handed on at once.</summary>
    public bool HasRoom(int bytes) => Volatile.Read(ref _count) is var count
        && (count == 0 || (count < requestsMax && HasRoomFor(Interlocked.Read(ref _bytes) + bytes, bytes)));

    /// <summary>Waits for room. False: it was closed.</summary>
    public bool WaitForRoom(int bytes)
    {
        var since = Environment.TickCount64;
        while (true)
        {
            lock (_gate)
            {
                if (_isClosed) return false;
                if (Environment.TickCount64 - since >= WaitMaxMs) return true;
                // Said first: whoever answers from here on wakes us.
                Volatile.Write(ref _isWaiting, true);
                Interlocked.MemoryBarrier();
                if (HasRoom(bytes))
                {
                    _isWaiting = false;
                    return true;
                }

                var answered = Monitor.Wait(_gate, ReplyTimeout);
                _isWaiting = false;
                if (answered) continue;
            }

            for (var i = 0; i < ForgivenAtOnce && !IsEmpty; i++) Answered();
        }
    }

    public void Asked(int bytes)
    {
        Interlocked.Add(ref _bytes, bytes);
        inAll.Add(bytes);
        _asked.Enqueue(bytes);
        Interlocked.Increment(ref _count);
    }

    /// <summary>An answer went out. Which one makes no difference over time: the oldest is taken for it.</summary>
    public void Answered()
    {
        if (!_asked.TryDequeue(out var bytes)) return;
        Interlocked.Decrement(ref _count);
        Interlocked.Add(ref _bytes, -bytes);
        inAll.Add(-bytes);
        if (!Volatile.Read(ref _isWaiting)) return;
        lock (_gate) Monitor.Pulse(_gate);
    }

    /// <summary>The connection has ended.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }

        while (!IsEmpty) Answered();
    }

    private bool HasRoomFor(long own, int bytes) => own <= bytesMax && (own <= OwnShareBytes || inAll.HasRoom(bytes));
}
