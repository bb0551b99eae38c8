using Akka.Remote.Transport;
using Google.Protobuf;

namespace DLedger.Processes.Tests;

/// <summary>One connection, on which nothing goes out while its peer is cut off. Akka writes on connections that the other side made, too.</summary>
internal sealed class CutHandle : AssociationHandle
{
    private readonly AssociationHandle _wrapped;
    private readonly int _generation = Cuts.Generation;
    private volatile string? _peer;

    public CutHandle(AssociationHandle wrapped, string? peer)
        : base(wrapped.LocalAddress, wrapped.RemoteAddress)
    {
        _wrapped = wrapped;
        _peer = peer;
        ReadHandlerSource.Task.ContinueWith(
            reader => wrapped.ReadHandlerSource.TrySetResult(peer is null ? new Introduction(this, reader.Result) : reader.Result),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    public override bool Write(ByteString payload) => Cuts.DropsTo(_peer) || (IsMute && Pdu.IsPayload(payload)) || _wrapped.Write(payload);

    /// <summary>Akka's own heartbeats pass, as they do on a connection that nobody reads messages from.</summary>
    private bool IsMute => _generation != Cuts.Generation && _peer is not null;

#pragma warning disable CS0618, CS0672 // Akka's own adapters have nothing else to override.
    public override void Disassociate() => _wrapped.Disassociate();
#pragma warning restore CS0618, CS0672

    /// <summary>Learns from the first message who is at the other end.</summary>
    private sealed class Introduction(CutHandle handle, IHandleEventListener upstream) : IHandleEventListener
    {
        private bool _isOver;

        public void Notify(IHandleEvent ev)
        {
            if (!_isOver && ev is InboundPayload { Payload: var payload })
            {
                _isOver = true;
                handle._peer = Cuts.MemberAt(Pdu.OriginPort(payload));
            }

            upstream.Notify(ev);
        }
    }
}
