using System.Reflection;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace DLedger.Threading;

/// <summary>Named as <c>executor</c> in <c>hocon/dispatchers.conf</c>; reads how many threads from <c>dedicated-threads</c>.</summary>
internal sealed class DedicatedThreadsConfigurator : ExecutorServiceConfigurator
{
    /// <summary>Akka does not show it; looked at only when something has gone wrong that it did not foresee.</summary>
    private static readonly PropertyInfo? s_actor =
        typeof(Mailbox).GetProperty("Actor", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public);

    private readonly EventStream _events;
    private readonly int _threads;
    private readonly bool _borrows;

    public DedicatedThreadsConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites)
    {
        _events = prerequisites.EventStream;
        var settings = config.GetConfig("dedicated-threads");
        var perCore = (int)Math.Ceiling(Environment.ProcessorCount * settings.GetDouble("factor"));
        _borrows = settings.GetBoolean("borrow", false);
        _threads = Math.Clamp(perCore, settings.GetInt("min"), settings.GetInt("max"));
    }

    public override ExecutorService Produce(string id) => new DedicatedThreads(id, _threads, _borrows, (run, failure) => Failed(id, run, failure));

    private void Failed(string id, IRunnable run, Exception failure)
    {
        // What an actor knows after a turn that Akka itself could not finish is anybody's guess: its supervisor decides, which for a role means that
        // the group starts again from disk.
        if (run is Mailbox mailbox) (s_actor?.GetValue(mailbox) as ActorCell)?.Self.Tell(Kill.Instance, ActorRefs.NoSender);
        _events.Publish(new Error(failure, id, typeof(DedicatedThreads), $"What ran on {id} threw {failure.GetType().Name}: {failure.Message}"));
    }
}
