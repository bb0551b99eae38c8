using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace DLedger.Simulation;

/// <summary>The mailbox of every actor in a world; fits actors with and without a stash.</summary>
public sealed class WorldMailbox : MailboxType, IProducesMessageQueue<WorldMessageQueue>
{
    public WorldMailbox(Settings settings, Config config)
        : base(settings, config)
    {
    }

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) =>
        new WorldMessageQueue($"{((WorldScheduler)system.Scheduler).Node.Id} {owner?.Path.ToStringWithoutAddress()}");
}
