using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Remote;

namespace DLedger.Remoting;

/// <summary>
/// The connections to the addresses that somebody cares for, and the making of those that are ours to make: of two members one makes the connection and the other waits for it,
/// because two that are made at the same moment can end up deaf (<see cref="Silence"/>). One for each ActorSystem.
/// </summary>
internal sealed class Connections
{
    private readonly ConcurrentDictionary<Address, ConnectionState> _states = new();
    private readonly IActorRef _keeper;

    public Connections(ActorSystem system) => _keeper = system.ActorOf(Props.Create(() => new Keeper(this)));

    /// <summary>The state of an address, watched from now on.</summary>
    public ConnectionState Of(Address address, TimeSpan now) => _states.GetOrAdd(address, static (_, now) => new ConnectionState(now), now);

    /// <summary>Sees to it that there is a connection to the system of this actor, from now on and whatever happens to it.</summary>
    public void Keep(IActorRef anyActorThere, TimeSpan now)
    {
        Of(anyActorThere.Path.Address, now);
        _keeper.Tell(new KeepTo(anyActorThere));
    }

    private sealed record KeepTo(IActorRef There) : INoSerializationVerificationNeeded;

    private sealed record Knock : INoSerializationVerificationNeeded;

    /// <summary>Hears what becomes of connections, and knocks where one is missing.</summary>
    private sealed class Keeper(Connections connections) : UntypedActor, IWithTimers
    {
        /// <summary>Well below <c>retry-gate-closed-for</c> in <c>hocon/remoting.conf</c>, which says how often a try gets through.</summary>
        private static readonly TimeSpan KnockEvery = TimeSpan.FromMilliseconds(200);

        private readonly List<IActorRef> _kept = [];

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart()
        {
            Context.System.EventStream.Subscribe(Self, typeof(AssociatedEvent));
            Context.System.EventStream.Subscribe(Self, typeof(DisassociatedEvent));
            Context.System.EventStream.Subscribe(Self, typeof(AssociationErrorEvent));
        }

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case AssociationErrorEvent failed:
                    StateOf(failed)?.Failed(failed.IsInbound, Context.System.Scheduler.MonotonicClock);
                    KnockWhereMissing();
                    break;
                case AssociationEvent changed:
                    StateOf(changed)?.Changed(changed is AssociatedEvent, changed.IsInbound, Context.System.Scheduler.MonotonicClock);
                    KnockWhereMissing();
                    break;
                case KeepTo keep:
                    _kept.Add(keep.There);
                    KnockWhereMissing();
                    break;
                case Knock:
                    KnockWhereMissing();
                    break;
                case ActorIdentity:
                    break; // the answer to a knock
                default:
                    Unhandled(message);
                    break;
            }
        }

        private ConnectionState? StateOf(AssociationEvent change) => connections._states.GetValueOrDefault(change.RemoteAddress);

        private void KnockWhereMissing()
        {
            var missing = false;
            foreach (var there in _kept)
            {
                if (connections._states[there.Path.Address].IsUp) continue;
                missing = true;
                there.Tell(new Identify(null), Self);
            }

            if (missing) Timers.StartSingleTimer(nameof(Knock), new Knock(), KnockEvery);
        }
    }
}
