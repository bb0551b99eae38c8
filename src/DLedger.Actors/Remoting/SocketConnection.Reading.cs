using Akka.Remote.Transport;
using DLedger.Threading;
using Google.Protobuf;

namespace DLedger.Remoting;

/// <summary>The side that reads. What comes is judged before Akka sees it (<see cref="Pdu"/>), allocated as it comes, and not read while what came before is not worked off.</summary>
internal sealed partial class SocketConnection
{
    private const int ReadBufferBytes = 64 << 10;

    /// <summary>Akka's two actors of a connection, which a message passes before it reaches its own.</summary>
    private const int ActorsOfAConnection = 2;

    /// <summary>Messages that other threads may have left to do before this one waits for them.</summary>
    private const int HandedOverMax = 256;

    private readonly RequestWindow _window;
    private byte[]? _introduction;
    private IHandleEventListener? _listener;
    private int _inARow;
    private int _handedOver;

    private void ReadOn(IHandleEventListener listener)
    {
        _listener = listener;
        using var attachments = _transport.Arrived.Open();
        try
        {
            if (_introduction is { } introduction)
            {
                Hand(introduction);
                Settle();
            }

            Read(new ReceiveBuffer(_wire, ReadBufferBytes), attachments);
            Settle();
        }
        catch (Exception error) when (SocketTransport.IsEndOfConnection(error))
        {
            // Told below, like an end.
        }
        catch (Exception unforeseen)
        {
            // The last thing on this thread: it must not take the process with it.
            _transport.Unforeseen(this, unforeseen);
        }

        Dispose();
        _window.Close();
        TellEnd();
    }

    private void Read(ReceiveBuffer buffer, ArrivedAttachments.Lane attachments)
    {
        var framing = _transport.Framing;
        while (true)
        {
            if (buffer.Available < framing.HeaderBytes) Settle();
            if (!buffer.Fill(framing.HeaderBytes)) return;
            var header = framing.ReadHeader(buffer.Take(framing.HeaderBytes));
            if (!MayFollow(header)) return;
            if (buffer.Available < header.Bytes) Settle();
            if (buffer.TakeArray(header.MessageBytes, framing.AheadBytesMax) is not { } message) return;
            if (!IsGood(message, header, out var kind, out var requestBytes)) return;
            if (header.AttachedBytes > 0)
            {
                if (buffer.TakeArray(header.AttachedBytes, framing.AheadBytesMax) is not { } attached) return;
                attachments.Put(header.AttachmentId, attached);
            }

            if (kind == PduKind.Request && !IsMember && !TakeRoom(requestBytes)) return;
            Hand(message);
            if (++_inARow >= framing.FramesInARow) Settle();
        }
    }

    private bool MayFollow(FrameHeader header)
    {
        if (!header.IsPossible)
        {
            _transport.Warnings.Say("frame", $"A connection from {RemoteAddress.Host} was closed: it sent what is no frame");
            return false;
        }

        if (header.Bytes <= _transport.MaximumPayloadBytes) return true;
        _transport.Warnings.Say(
            "large frame",
            $"A connection from {RemoteAddress.Host} was closed: it sent a frame of {header.Bytes} bytes, and {_transport.Path}.maximum-frame-size is {_transport.MaximumPayloadBytes} bytes here: dledger.max-entry-size and dledger.batch-bytes-max must be the same at all members");
        return false;
    }

    private bool IsGood(byte[] message, FrameHeader header, out PduKind kind, out int requestBytes)
    {
        var problem = Pdu.Judge(message, out kind, out requestBytes);
        if (kind == PduKind.Associate && problem is null)
        {
            if (_introduction is not null) problem = "it introduced itself twice";
            _introduction = message;
        }
        else if (kind > PduKind.Control && _introduction is null)
        {
            problem ??= "what came first was no introduction";
        }

        if (header.AttachedBytes > 0 && kind != PduKind.PushAttached) problem ??= "something is attached to what is no push";
        if (problem is null) return true;
        _transport.Warnings.Say("message", $"A connection from {RemoteAddress.Host} was closed: {problem}");
        return false;
    }

    /// <summary>A member's own requests are bounded by the answer Busy: holding up its connection would hold up votes.</summary>
    private bool TakeRoom(int requestBytes)
    {
        if (!_window.HasRoom(requestBytes))
        {
            Settle();
            if (!_window.WaitForRoom(requestBytes)) return false;
        }

        _window.Asked(requestBytes);
        return true;
    }

    private void Hand(byte[] message)
    {
        // What it sets off runs here, as far as it goes: up to the write to the log, or to the client.
        if (_inARow == 0) LentThread.Begin();
        _listener!.Notify(new InboundPayload(UnsafeByteOperations.UnsafeWrap(message)));
    }

    /// <summary>Runs what the messages handed on have set off. When other threads run it instead, they are given time: what they have left to do grows without bound otherwise.</summary>
    private void Settle()
    {
        var ran = LentThread.RunReady();
        _handedOver = ran >= ActorsOfAConnection ? 0 : _handedOver + _inARow;
        _inARow = 0;
        if (_handedOver < HandedOverMax || IsMember) return;
        _transport.AwaitTurn();
        _handedOver = 0;
    }

    private void TellEnd()
    {
        try
        {
            LentThread.Begin();
            _listener!.Notify(new Disassociated(DisassociateInfo.Unknown));
            LentThread.RunReady();
        }
        catch (Exception unforeseen)
        {
            // The system is ending, say: nobody listens any more.
            _transport.Unforeseen(this, unforeseen);
        }
    }
}
