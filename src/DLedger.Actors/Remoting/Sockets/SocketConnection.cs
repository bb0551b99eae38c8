using Akka.Actor;
using Akka.Remote.Transport;
using Google.Protobuf;

namespace DLedger.Remoting;

/// <summary>
/// One connection, as Akka has it. Its two directions are <see cref="SendQueue"/> and <see cref="ConnectionReader"/>; this binds them to one wire,
/// which ends once for both.
/// </summary>
internal sealed class SocketConnection : AssociationHandle, IDisposable
{
    private readonly IWire _wire;
    private readonly SendQueue _outgoing;
    private readonly RequestWindow _window;

    /// <param name="transport">Bounds it, and forgets it when it has ended.</param>
    /// <param name="wire">Its own from now on.</param>
    /// <param name="local">The address of this end.</param>
    /// <param name="remote">The address of the other.</param>
    /// <param name="introduction">The message in which the other side said who it is, read already; null if it has yet to.</param>
    /// <param name="isMember">Whether the other side is a member, or says so.</param>
    public SocketConnection(SocketTransport transport, IWire wire, Address local, Address remote, byte[]? introduction, bool isMember)
        : base(local, remote)
    {
        Transport = transport;
        _wire = wire;
        IsMember = isMember;
        _outgoing = new SendQueue(
            wire,
            transport.Framing,
            transport.Bounds,
            transport.WaitingInAll,
            $"{transport.Name}-write",
            Dispose,
            error => transport.Unforeseen(this, error));
        _window = new RequestWindow(transport.Bounds.RequestsMax, transport.Bounds.RequestBytesMax, transport.RequestBytesInAll);
        _ = ReadHandlerSource.Task.ContinueWith(
            listener => new ConnectionReader(transport, this, wire, _window, listener.Result, introduction).Start(),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    public SocketTransport Transport { get; }

    public bool IsMember { get; }

    /// <inheritdoc cref="SendQueue.WaitingBytes"/>
    public long WaitingBytes => _outgoing.WaitingBytes;

    public override bool Write(ByteString payload)
    {
        var attachment = Transport.AttachmentOf(payload);
        if (!_window.IsEmpty && Pdu.IsAnswer(payload.Span)) _window.Answered();
        switch (_outgoing.Send(payload, attachment))
        {
            case SendOutcome.Sent:
                return true;
            case SendOutcome.Waits:
                if (Transport.WaitingInAll.IsExceeded) Transport.DropLargest();
                return true;
            case SendOutcome.NoRoom:
                Transport.Drop(this, $"{Transport.Path}.waiting-bytes-max, waiting-frames-max");
                return false;
            default:
                return false;
        }
    }

#pragma warning disable CS0618, CS0672 // Akka's own handles have nothing else to override.
    public override void Disassociate() => Close();
#pragma warning restore CS0618, CS0672

    /// <summary>Sends what waits, for a moment at most, and ends.</summary>
    public void Close()
    {
        if (_outgoing.Close()) Dispose();
    }

    /// <summary>Ends it now, whatever waits.</summary>
    public void Dispose()
    {
        if (!_outgoing.Stop()) return;
        _wire.End();
        _window.Close();
        Transport.Forget(this);
    }
}
