using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using DLedger.Actors.Tests.Remoting;
using DLedger.Remoting;

namespace DLedger.Processes.Tests;

/// <summary>A connection to a member's control port without Akka at this end: it can do what no client of ours does.</summary>
internal sealed class RawClient : IDisposable
{
    private const int SerializerId = WireSerializer.Id;

    private static readonly byte[] RequestId = new byte[8];

    // A read of as much as it may bring: from 0, many entries, most bytes, local.
    private static readonly byte[] ReadBody =
        [.. RequestId, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 16, 0, (byte)ReadModeKind.Local, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Member _member;
    private readonly int _number;

    /// <param name="member">Whose control port.</param>
    /// <param name="number">It says to be at this port; others at others.</param>
    public RawClient(Member member, int number)
    {
        _member = member;
        _number = number;
        _socket.NoDelay = true;
        _socket.Connect(IPAddress.Loopback, member.Port);
    }

    public byte[] StatusFrame => Frame(Request(MessageCodecs.Of(new GetStatus()).Manifest, RequestId));

    public byte[] ReadFrame => Frame(Request(MessageCodecs.Of(new Read(0)).Manifest, ReadBody));

    public static byte[] HeartbeatFrame => Frame(Pdus.Heartbeat);

    public void Introduce() => Send(Frame(Pdus.Associate("stranger", "127.0.0.1", _number)));

    /// <summary>False: it has been closed.</summary>
    public bool Send(byte[] bytes)
    {
        try
        {
            for (var sent = 0; sent < bytes.Length;) sent += _socket.Send(bytes, sent, bytes.Length - sent, SocketFlags.None);
            return true;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>The next frame's length; null when it has been closed.</summary>
    public int? Take(byte[] scratch)
    {
        if (!Fill(scratch, 4)) return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(scratch);
        for (var left = length; left > 0; left -= Math.Min(left, scratch.Length))
        {
            if (!Fill(scratch, Math.Min(left, scratch.Length))) return null;
        }

        return length;
    }

    public void Dispose() => _socket.Dispose();

    private static byte[] Frame(byte[] message)
    {
        var frame = new byte[4 + message.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, message.Length);
        message.CopyTo(frame, 4);
        return frame;
    }

    private byte[] Request(string manifest, byte[] body) => Pdus.To(
        $"akka.tcp://{DLedgerSystem.DefaultName}@{_member.Address}/user/dledger/{ServerGroup.GroupName}", SerializerId, manifest, body,
        FormattableString.Invariant($"akka.tcp://stranger@127.0.0.1:{_number}/temp/a"));

    private bool Fill(byte[] scratch, int bytes)
    {
        try
        {
            for (var done = 0; done < bytes;)
            {
                var got = _socket.Receive(scratch, done, bytes - done, SocketFlags.None);
                if (got == 0) return false;
                done += got;
            }

            return true;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
