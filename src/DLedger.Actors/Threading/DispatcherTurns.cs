using Akka.Actor;
using Akka.Dispatch;

namespace DLedger.Threading;

/// <summary>
/// Lets a thread outside of a dispatcher wait for it: what is handed to a mailbox is taken there without bound, however far behind its actors are.
/// </summary>
/// <param name="system">Whose dispatcher it is.</param>
/// <param name="key">Names the dispatcher in the configuration.</param>
/// <param name="isOver">There is nothing to wait for any more.</param>
internal sealed class DispatcherTurns(ActorSystem system, string key, Func<bool> isOver)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    // Looked up at the first use: a transport is made before its system is done.
    private readonly Lazy<MessageDispatcher?> _dispatcher = new(() => DispatcherOf(system, key));

    /// <summary>
    /// Waits until the dispatcher has run everything that was ready before, twice: an actor that runs makes others ready. Not for ever.
    /// </summary>
    public void Await()
    {
        if (_dispatcher.Value is not { } dispatcher) return;
        for (var i = 0; i < 2 && !isOver(); i++)
        {
            var mark = new Mark();
            try
            {
                dispatcher.Schedule(mark.Come);
            }
            catch (RejectedExecutionException)
            {
                // The system is ending.
                return;
            }

            mark.Wait(Limit);
        }
    }

    private static MessageDispatcher? DispatcherOf(ActorSystem system, string key)
    {
        var name = system.Settings.Config.GetString(key, "");
        return !string.IsNullOrEmpty(name) && system.Dispatchers.HasDispatcher(name) ? system.Dispatchers.Lookup(name) : null;
    }

    /// <summary>Stands in the dispatcher's queue behind what was there.</summary>
    private sealed class Mark
    {
        private readonly object _gate = new();
        private bool _came;

        public void Come()
        {
            lock (_gate)
            {
                _came = true;
                Monitor.Pulse(_gate);
            }
        }

        public void Wait(TimeSpan limit)
        {
            lock (_gate)
            {
                if (!_came) Monitor.Wait(_gate, limit);
            }
        }
    }
}
