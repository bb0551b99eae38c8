using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace DLedger.Simulation;

/// <summary>A node's time: the world's timers, stretched or shrunk by the rate of the node's clock.</summary>
internal sealed class WorldScheduler : SchedulerBase
{
    private static readonly DateTimeOffset s_epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly long _incarnation;

    public WorldScheduler(Config config, ILoggingAdapter log)
        : base(config, log)
    {
        Node = WorldSystem.Starting;
        _incarnation = Node.Incarnation;
    }

    internal SimNode Node { get; }

    public override TimeSpan MonotonicClock => Node.Clock;

    public override TimeSpan HighResMonotonicClock => Node.Clock;

    protected override DateTimeOffset TimeNow => s_epoch + Node.Clock;

    protected override void InternalScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Once(delay, LabelOf(receiver), () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Repeatedly(initialDelay, interval, LabelOf(receiver), () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        Once(delay, Node.Id, action, cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        Once(delay, Node.Id, action.Run, cancelable);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Repeatedly(initialDelay, interval, Node.Id, action, cancelable);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Repeatedly(initialDelay, interval, Node.Id, action.Run, cancelable);

    private void Once(TimeSpan delay, string label, Action action, ICancelable? cancelable)
    {
        if (!Node.World.IsOwnThread($"scheduler of {label}") || _incarnation != Node.Incarnation) return;
        Node.AfterOnOwnClock(delay, label, () =>
        {
            if (cancelable is not { IsCancellationRequested: true }) action();
        });
    }

    private void Repeatedly(TimeSpan delay, TimeSpan interval, string label, Action action, ICancelable? cancelable) =>
        Once(
            delay,
            label,
            () =>
            {
                action();
                Repeatedly(interval, interval, label, action, cancelable);
            },
            cancelable);

    private string LabelOf(ICanTell receiver) =>
        receiver is IActorRef actor ? $"{Node.Id} {actor.Path.ToStringWithoutAddress()}" : Node.Id;
}
