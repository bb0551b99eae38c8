using Akka.Actor;
using Akka.Remote.Transport;

namespace DLedger.Remoting;

/// <summary>
/// Changes nothing but the scheme: <c>akka.bulk.tcp</c> instead of <c>akka.tcp</c>. Akka keeps one connection per address and scheme, so what is sent under
/// this one never queues behind, or in front of, a heartbeat.
/// </summary>
internal sealed class BulkTransportAdapter(Transport wrapped) : AbstractTransportAdapter(wrapped)
{
    public const string Scheme = "bulk";

    protected override SchemeAugmenter SchemeAugmenter { get; } = new(Scheme);

    /// <summary>Akka waits for the answer before it gives us our listener, so the answer must not wait for that.</summary>
    protected override Task<IAssociationEventListener> InterceptListen(Address listenAddress, Task<IAssociationEventListener> listenerTask) =>
        Task.FromResult<IAssociationEventListener>(new Listener(listenerTask, this));

    protected override void InterceptAssociate(Address remoteAddress, TaskCompletionSource<AssociationHandle> statusPromise) =>
        WrappedTransport.Associate(remoteAddress).ContinueWith(
            association =>
            {
                if (association.IsCompletedSuccessfully) statusPromise.SetResult(new Handle(association.Result, this));
                else if (association.IsFaulted) statusPromise.SetException(association.Exception!.InnerExceptions);
                else statusPromise.SetCanceled(CancellationToken.None);
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

    /// <summary>The wrapped handle under this scheme's addresses.</summary>
    private sealed class Handle : AbstractTransportAdapterHandle
    {
        public Handle(AssociationHandle wrapped, BulkTransportAdapter adapter)
            : base(wrapped, adapter.SchemeAugmenter.AddedSchemeIdentifier)
        {
            // Who reads from us reads from the connection itself: nothing stands between per message.
            ReadHandlerSource.Task.ContinueWith(
                reader => WrappedHandle.ReadHandlerSource.TrySetResult(reader.Result),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }

        public override bool Write(Google.Protobuf.ByteString payload) => WrappedHandle.Write(payload);

#pragma warning disable CS0618, CS0672 // Akka's own adapters have nothing else to override.
        public override void Disassociate() => WrappedHandle.Disassociate();
#pragma warning restore CS0618, CS0672
    }

    /// <summary>Puts connections that others made under this scheme too.</summary>
    private sealed class Listener(Task<IAssociationEventListener> upstream, BulkTransportAdapter adapter) : IAssociationEventListener
    {
        public void Notify(IAssociationEvent ev)
        {
            var shown = ev is InboundAssociation inbound ? new InboundAssociation(new Handle(inbound.Association, adapter)) : ev;
            if (upstream.IsCompletedSuccessfully) upstream.Result.Notify(shown);
            else upstream.ContinueWith(task => task.Result.Notify(shown), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        }
    }
}
