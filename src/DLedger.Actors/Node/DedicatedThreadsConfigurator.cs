using Akka.Configuration;
using Akka.Dispatch;

namespace DLedger.Node;

/// <summary>Named as <c>executor</c> in <c>hocon/dispatchers.conf</c>; reads how many threads from <c>dedicated-threads</c>.</summary>
internal sealed class DedicatedThreadsConfigurator : ExecutorServiceConfigurator
{
    private readonly int _threads;
    private readonly bool _borrows;

    public DedicatedThreadsConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites)
    {
        var settings = config.GetConfig("dedicated-threads");
        var perCore = (int)Math.Ceiling(Environment.ProcessorCount * settings.GetDouble("factor"));
        _borrows = settings.GetBoolean("borrow", false);
        _threads = Math.Clamp(perCore, settings.GetInt("min"), settings.GetInt("max"));
    }

    public override ExecutorService Produce(string id) => new DedicatedThreads(id, _threads, _borrows);
}
