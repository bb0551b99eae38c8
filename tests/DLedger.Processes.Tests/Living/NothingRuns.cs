using Akka.Configuration;
using Akka.Dispatch;

namespace DLedger.Processes.Tests;

/// <summary>Named in a configuration: threads that are all taken, and will never be free.</summary>
internal sealed class NothingRuns(Config config, IDispatcherPrerequisites prerequisites) : ExecutorServiceConfigurator(config, prerequisites)
{
    public override ExecutorService Produce(string id) => new Taken(id);

    private sealed class Taken(string id) : ExecutorService(id)
    {
        public override void Execute(IRunnable run)
        {
        }

        public override void Shutdown()
        {
        }
    }
}
