using Akka.Dispatch;

namespace DLedger.Threading;

/// <summary>What one thread runs in a row. Used by that thread alone.</summary>
/// <param name="owner">Whose thread it is; null for a borrowed one.</param>
internal sealed class Turn(DedicatedThreads? owner)
{
    /// <summary>How often in a row a thread takes what it has made ready itself, before it looks what waits for everybody.</summary>
    private const int OwnInARowMax = 8;

    [ThreadStatic]
    private static Turn? s_current;

    private IRunnable? _next;
    private DedicatedThreads? _nextIsOf;
    private int _inARow;

    /// <summary>Of the calling thread; null if it has never had one.</summary>
    public static Turn? Current => s_current;

    public DedicatedThreads? Owner => owner;

    /// <summary>Whether it takes anything. A thread of ours always does, a borrowed one while it is borrowed.</summary>
    public bool IsOpen { get; set; } = owner is not null;

    /// <summary>For a thread of <paramref name="owner"/>, when it begins.</summary>
    public static Turn Begin(DedicatedThreads owner) => s_current = new Turn(owner);

    public static Turn OfThisThread() => s_current ??= new Turn(null);

    public bool TryTake(IRunnable run, DedicatedThreads from)
    {
        if (!IsOpen || _next is not null || _inARow >= OwnInARowMax) return false;
        (_next, _nextIsOf) = (run, from);
        return true;
    }

    /// <summary>Runs what it has, and what that makes ready. How many it was.</summary>
    public int RunNext()
    {
        while (_next is not null)
        {
            _inARow++;
            var (next, of) = TakeNext();
            of.RunToEnd(next);
        }

        var ran = _inARow;
        _inARow = 0;
        return ran;
    }

    /// <summary>
    /// Gives what it has, if anything, to the threads that it belongs to. Refused only once no actor is left there: then this one is gone too.
    /// </summary>
    public void HandOffNext()
    {
        if (_next is null) return;
        var (next, of) = TakeNext();
        _ = of.TryEnqueue(next);
    }

    private (IRunnable Next, DedicatedThreads Of) TakeNext()
    {
        var taken = (_next!, _nextIsOf!);
        (_next, _nextIsOf) = (null, null);
        return taken;
    }
}
