using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace DLedger.Simulation;

/// <summary>The mailbox of every actor in a world; fits actors with and without a stash.</summary>
internal sealed class WorldMailbox : MailboxType, IProducesMessageQueue<WorldMessageQueue>
{
    /// <summary>The mailbox type whose order of messages this one keeps; without it messages come in the order in which they were sent.</summary>
    internal const string InnerKey = "world-inner-mailbox-type";

    public WorldMailbox(Settings settings, Config config)
        : base(settings, config)
    {
    }

    public override IMessageQueue Create(IActorRef owner, ActorSystem system)
    {
        var node = ((WorldScheduler)system.Scheduler).Node;
        return new WorldMessageQueue(node.World, $"{node.Id} {StablePathOf(owner)}", InnerQueue(owner, system));
    }

    private IMessageQueue InnerQueue(IActorRef owner, ActorSystem system)
    {
        if (Config is null || !Config.HasPath(InnerKey)) return new UnboundedDequeMessageQueue();
        var type = Type.GetType(Config.GetString(InnerKey), throwOnError: true)!;
        return ((MailboxType)Activator.CreateInstance(type, Settings, Config)!).Create(owner, system);
    }

    private static string StablePathOf(IActorRef? owner)
    {
        var path = owner?.Path.ToStringWithoutAddress() ?? "";
        // Akka numbers some of its own actors over all actor systems of the process: those numbers depend on what ran before.
        return path.StartsWith("/system/", StringComparison.Ordinal) ? path.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9') : path;
    }
}
