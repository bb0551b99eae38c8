namespace DLedger.Node;

/// <summary>
/// Where stores are opened and closed: each time on a thread of its own, so that a disk that hangs holds up nobody else; neither other groups, nor
/// the end of the ActorSystem beyond a limit.
/// </summary>
internal class StoreThreads
{
    private readonly object _gate = new();
    private int _running;

    /// <summary>On the caller's thread: for a simulation, whose disks never block.</summary>
    public static StoreThreads Inline { get; } = new InlineThreads();

    /// <param name="what">Names the thread.</param>
    /// <param name="work">Throws nothing that anybody should hear of.</param>
    public virtual void Run(string what, Action work)
    {
        lock (_gate) _running++;
        try
        {
            // A background thread: a disk that never answers must not keep a process alive whose work is done. What is lost by that is what a kill -9
            // loses, nothing.
            new Thread(() => RunToEnd(work)) { IsBackground = true, Name = $"dledger-{what}" }.Start();
        }
        catch
        {
            Ended();
            throw;
        }
    }

    /// <summary>False if something still runs at the end of that time.</summary>
    public bool WaitUntilIdle(TimeSpan limit)
    {
        lock (_gate)
        {
            // Pulsed at each end; the limit then starts anew, which is right: something moves.
            while (_running > 0)
            {
                if (!Monitor.Wait(_gate, limit)) return _running == 0;
            }

            return true;
        }
    }

    private void RunToEnd(Action work)
    {
        try
        {
            work();
        }
        catch (Exception)
        {
            // Only telling can have thrown, because the actors' threads are gone: then nobody waits any more. Whatever else goes wrong is part of
            // what is told.
        }
        finally
        {
            Ended();
        }
    }

    private void Ended()
    {
        lock (_gate)
        {
            _running--;
            Monitor.PulseAll(_gate);
        }
    }

    private sealed class InlineThreads : StoreThreads
    {
        public override void Run(string what, Action work) => work();
    }
}
