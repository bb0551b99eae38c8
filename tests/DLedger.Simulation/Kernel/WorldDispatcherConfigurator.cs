using Akka.Configuration;
using Akka.Dispatch;

namespace DLedger.Simulation;

/// <summary>Named in HOCON for every dispatcher of a node.</summary>
internal sealed class WorldDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly WorldDispatcher _dispatcher;

    public WorldDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) =>
        _dispatcher = new WorldDispatcher(this, ((WorldScheduler)prerequisites.Scheduler).Node);

    public override MessageDispatcher Dispatcher() => _dispatcher;
}
