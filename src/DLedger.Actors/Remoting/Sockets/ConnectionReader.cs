using Akka.Remote.Transport;

namespace DLedger.Remoting;

/// <summary>
/// Reads one connection, on a thread of its own. What comes is judged before Akka sees it (<see cref="Pdu"/>), and not read while what came before is
/// not worked off.
/// </summary>
internal sealed class ConnectionReader
{
    private readonly SocketTransport _transport;
    private readonly SocketConnection _connection;
    private readonly RequestWindow _window;
    private readonly MessageDelivery _delivery;
    private readonly FrameReader _frames;
    private byte[]? _introduction;

    /// <param name="transport">Bounds it, and takes its warnings.</param>
    /// <param name="connection">The whole; ended when there is nothing more to read.</param>
    /// <param name="wire">Where bytes come from.</param>
    /// <param name="window">What the other side has asked.</param>
    /// <param name="listener">Akka.</param>
    /// <param name="introduction">The message in which the other side said who it is, read already; null if it has yet to.</param>
    public ConnectionReader(
        SocketTransport transport, SocketConnection connection, IWire wire, RequestWindow window, IHandleEventListener listener, byte[]? introduction)
    {
        _transport = transport;
        _connection = connection;
        _window = window;
        _introduction = introduction;
        _delivery = new MessageDelivery(listener, waitsForOthers: !connection.IsMember, transport.AwaitTurn);
        _frames = new FrameReader(wire, transport.Framing, transport.MaximumPayloadBytes, _delivery.RunReady);
    }

    public void Start() => new Thread(ReadOn) { IsBackground = true, Name = $"{_transport.Name}-read" }.Start();

    private void ReadOn()
    {
        using var attachments = _transport.Arrived.Open();
        try
        {
            if (_introduction is { } introduction)
            {
                _delivery.Deliver(introduction);
                _delivery.RunReady();
            }

            Read(attachments);
            _delivery.RunReady();
        }
        catch (Exception error) when (SocketTransport.IsEndOfConnection(error))
        {
            // Told below, like an end.
        }
        catch (Exception unforeseen)
        {
            // The last thing on this thread: it must not take the process with it.
            _transport.Unforeseen(_connection, unforeseen);
        }

        _connection.Dispose();
        _window.Close();
        TellEnd();
    }

    private void Read(ArrivedAttachments.Lane attachments)
    {
        while (IsMessage(_frames.Read(out var message)))
        {
            if (!IsGood(message, out var pdu)) return;
            if (_frames.Header.AttachedBytes > 0)
            {
                if (_frames.ReadAttached() is not { } attached) return;
                attachments.Put(pdu.AttachmentId, attached);
            }

            if (pdu.Kind == PduKind.Request && !_connection.IsMember && !TakeRoom(pdu.RequestBytes)) return;
            _delivery.Deliver(message);
            if (_delivery.InARow >= _transport.Framing.FramesInARow) _delivery.RunReady();
        }
    }

    private bool IsMessage(FrameRead read)
    {
        switch (read)
        {
            case FrameRead.Message:
                return true;
            case FrameRead.NoFrame:
                _transport.Warnings.Say("frame", $"A connection from {_connection.RemoteAddress.Host} was closed: it sent what is no frame");
                return false;
            case FrameRead.TooLarge:
                _transport.Warnings.Say(
                    "large frame",
                    $"A connection from {_connection.RemoteAddress.Host} was closed: it sent a frame of {_frames.Header.Bytes} bytes, and "
                    + $"{_transport.Path}.maximum-frame-size is {_transport.MaximumPayloadBytes} bytes here: dledger.max-entry-size and "
                    + "dledger.batch-bytes-max must be the same at all members");
                return false;
            default:
                return false;
        }
    }

    private bool IsGood(byte[] message, out Pdu pdu)
    {
        var problem = Pdu.Judge(message, out pdu);
        if (pdu.Kind == PduKind.Associate && problem is null)
        {
            if (_introduction is not null) problem = "it introduced itself twice";
            _introduction = message;
        }
        else if (pdu.Kind > PduKind.Control && _introduction is null)
        {
            problem ??= "what came first was no introduction";
        }

        if (_frames.Header.AttachedBytes > 0 && pdu.AttachmentId == Guid.Empty) problem ??= "something is attached to what is no push";
        if (problem is null) return true;
        _transport.Warnings.Say("message", $"A connection from {_connection.RemoteAddress.Host} was closed: {problem}");
        return false;
    }

    /// <summary>A member's own requests are bounded by the answer Busy: holding up its connection would hold up votes.</summary>
    private bool TakeRoom(int requestBytes)
    {
        if (!_window.HasRoom(requestBytes))
        {
            _delivery.RunReady();
            if (!_window.WaitForRoom(requestBytes)) return false;
        }

        _window.Asked(requestBytes);
        return true;
    }

    private void TellEnd()
    {
        try
        {
            _delivery.TellEnd();
        }
        catch (Exception unforeseen)
        {
            // The system is ending, say: nobody listens any more.
            _transport.Unforeseen(_connection, unforeseen);
        }
    }
}
