using Akka.Actor;
using Akka.Remote;

namespace DLedger.Processes.Tests;

/// <summary>Counts the connections between systems that end.</summary>
internal sealed class Breaks
{
    private int _count;

    public Breaks(LivingSystems systems)
    {
        foreach (var id in systems.Ids)
        {
            var listener = systems[id].ActorOf(Props.Create(() => new Listener(this)));
            systems[id].EventStream.Subscribe(listener, typeof(DisassociatedEvent));
        }
    }

    public int Count => Volatile.Read(ref _count);

    private sealed class Listener(Breaks breaks) : UntypedActor
    {
        protected override void OnReceive(object message) => Interlocked.Increment(ref breaks._count);
    }
}
