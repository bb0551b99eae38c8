using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace DLedger.Node;

/// <summary>The mailbox of a node root; named in <c>hocon/dispatchers.conf</c>.</summary>
internal sealed class NodeMailbox : MailboxType, IProducesMessageQueue<NodeMessageQueue>
{
    public NodeMailbox(Settings settings, Config config)
        : base(settings, config)
    {
    }

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new NodeMessageQueue();
}
