using Akka.Actor;

namespace DLedger.Threading;

/// <summary>Alarms of Akka's scheduler, where that is exact: in virtual time.</summary>
internal sealed class SchedulerAlarms(IScheduler scheduler) : IAlarms
{
    public void TellAfter(TimeSpan time, IActorRef to, object message) => scheduler.ScheduleTellOnce(time, to, message, ActorRefs.NoSender);
}
