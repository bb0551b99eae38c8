using Akka.Dispatch.MessageQueues;

namespace DLedger.Node;

/// <summary>An ordinary queue, by which <see cref="DedicatedThreads"/> know a node root.</summary>
internal sealed class NodeMessageQueue : UnboundedMessageQueue;
