using Akka.Actor;

namespace DLedger.Simulation.Tests;

/// <summary>Notes the time of its node's clock whenever it is told "tick", which it tells itself every second.</summary>
internal sealed class Ticker : UntypedActor, IWithTimers
{
    private readonly List<TimeSpan> _ticks;

    public Ticker(List<TimeSpan> ticks) => _ticks = ticks;

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(List<TimeSpan> ticks) => Akka.Actor.Props.Create(() => new Ticker(ticks));

    protected override void PreStart() => Timers.StartPeriodicTimer("tick", "tick", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

    protected override void OnReceive(object message)
    {
        if (message is "tick") _ticks.Add(Context.System.Scheduler.MonotonicClock);
    }
}
