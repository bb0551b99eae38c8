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
        new WorldMessageQueue($"{((WorldScheduler)system.Scheduler).Node.Id} {StablePathOf(owner)}");

    private static string StablePathOf(IActorRef? owner)
    {
        var path = owner?.Path.ToStringWithoutAddress() ?? "";
        // Akka numbers some of its own actors over all actor systems of the process: those numbers depend on what ran before.
        return path.StartsWith("/system/", StringComparison.Ordinal) ? path.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9') : path;
    }
}
