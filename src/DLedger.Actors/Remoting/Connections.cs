using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Remote;

namespace DLedger.Remoting;

/// <summary>Since when nothing has changed about the connections to the addresses that somebody cares for. One for each ActorSystem.</summary>
internal sealed class Connections
{
    private readonly ConcurrentDictionary<Address, State> _states = new();

    public Connections(ActorSystem system) => system.ActorOf(Props.Create(() => new Listener(this)));

    /// <summary>The state of an address from now on; null in it while there is no connection.</summary>
    public State Of(Address address) => _states.GetOrAdd(address, static _ => new State());

    private void Changed(Address address, bool isUp, TimeSpan now)
    {
        if (_states.TryGetValue(address, out var state)) state.UnchangedSince = isUp ? now : null;
    }

    /// <summary>Of one address.</summary>
    internal sealed class State
    {
        private long _ticks = -1;

        /// <summary>Null while there is no connection, or one is only being made.</summary>
        public TimeSpan? UnchangedSince
        {
            get => Interlocked.Read(ref _ticks) is var ticks and >= 0 ? TimeSpan.FromTicks(ticks) : null;
            set => Interlocked.Exchange(ref _ticks, value?.Ticks ?? -1);
        }
    }

    private sealed class Listener(Connections connections) : UntypedActor
    {
        protected override void PreStart()
        {
            Context.System.EventStream.Subscribe(Self, typeof(AssociatedEvent));
            Context.System.EventStream.Subscribe(Self, typeof(DisassociatedEvent));
            Context.System.EventStream.Subscribe(Self, typeof(AssociationErrorEvent));
        }

        protected override void OnReceive(object message)
        {
            var now = Context.System.Scheduler.MonotonicClock;
            switch (message)
            {
                case AssociationErrorEvent failed:
                    connections.Changed(failed.RemoteAddress, isUp: false, now);
                    break;

                // Two members may have two connections: the end of one may leave the other.
                case AssociationEvent changed:
                    connections.Changed(changed.RemoteAddress, isUp: true, now);
                    break;
                default:
                    Unhandled(message);
                    break;
            }
        }
    }
}
