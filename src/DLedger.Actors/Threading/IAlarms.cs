using Akka.Actor;

namespace DLedger.Threading;

/// <summary>
/// Tells an actor something after a time that is shorter than Akka's scheduler can measure: that one is as exact as its tick, 50 ms in an ActorSystem
/// of the ledger's own. What is told can't be taken back, so it has to say what it belongs to.
/// </summary>
internal interface IAlarms
{
    void TellAfter(TimeSpan time, IActorRef to, object message);
}
