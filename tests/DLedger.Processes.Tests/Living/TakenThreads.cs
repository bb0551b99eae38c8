using System.Collections.Concurrent;
using Akka.Configuration;
using Akka.Dispatch;

namespace DLedger.Processes.Tests;

/// <summary>The threads of an application, all of which can be taken by work of its own that does not end; named in a configuration.</summary>
internal sealed class TakenThreads(Config config, IDispatcherPrerequisites prerequisites) : ExecutorServiceConfigurator(config, prerequisites)
{
    private static readonly ConcurrentQueue<IRunnable> s_waiting = new();
    private static volatile bool s_areTaken;

    public static string Name => typeof(TakenThreads).AssemblyQualifiedName!;

    public static void Take() => s_areTaken = true;

    public static void GiveBack()
    {
        s_areTaken = false;
        while (s_waiting.TryDequeue(out var run)) ThreadPool.UnsafeQueueUserWorkItem(static run => run.Run(), run, preferLocal: false);
    }

    public override ExecutorService Produce(string id) => new Threads(id);

    private sealed class Threads(string id) : ExecutorService(id)
    {
        public override void Execute(IRunnable run)
        {
            s_waiting.Enqueue(run);
            if (!s_areTaken) GiveBack();
        }

        public override void Shutdown()
        {
        }
    }
}
