using System.Threading.Channels;
using Akka.Remote.Transport;
using DLedger.Remoting;
using Google.Protobuf;

namespace DLedger.Actors.Tests.Remoting;

/// <summary>The far end of a transport: takes every connection and keeps what comes.</summary>
internal sealed class Listening(SocketTransport transport, int port, ChannelReader<string> warnings) : IAssociationEventListener, IHandleEventListener
{
    private readonly Channel<IHandleEvent> _events = Channel.CreateUnbounded<IHandleEvent>();
    private readonly Channel<AssociationHandle> _handles = Channel.CreateUnbounded<AssociationHandle>();

    public SocketTransport Transport => transport;

    public int Port => port;

    public void Notify(IAssociationEvent ev)
    {
        var handle = ((InboundAssociation)ev).Association;
        _handles.Writer.TryWrite(handle);
        handle.ReadHandlerSource.SetResult(this);
    }

    public void Notify(IHandleEvent ev) => _events.Writer.TryWrite(ev);

    public Task<AssociationHandle> HandleAsync() => _handles.Reader.ReadAsync().AsTask().WaitAsync(Inbox.Deadline);

    public Task<string> WarningAsync() => warnings.ReadAsync().AsTask().WaitAsync(Inbox.Deadline);

    public bool TryWarning(out string? warning) => warnings.TryRead(out warning);

    public async Task<ByteString> NextAsync()
    {
        while (await _events.Reader.ReadAsync().AsTask().WaitAsync(Inbox.Deadline) is { } next)
        {
            // Of another connection that has ended.
            if (next is InboundPayload payload) return payload.Payload;
        }

        throw new InvalidOperationException("Nothing came.");
    }

    public async Task<bool> EndedAsync() => await _events.Reader.ReadAsync().AsTask().WaitAsync(Inbox.Deadline) is Disassociated;
}
