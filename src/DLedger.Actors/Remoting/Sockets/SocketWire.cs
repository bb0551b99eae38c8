using System.Net.Sockets;

namespace DLedger.Remoting;

/// <summary>A bare socket. Used by one thread that reads and one at a time that writes.</summary>
internal sealed class SocketWire : IWire
{
    private const int InlineBytesMax = 160 << 10;

    private readonly Socket _socket;
    private readonly SendCredit _credit;

    /// <param name="socket">Connected; its own from now on.</param>
    /// <param name="stallLimit">How long the other side may take nothing at all while something is sent.</param>
    public SocketWire(Socket socket, TimeSpan stallLimit)
    {
        _socket = socket;
        if (stallLimit > TimeSpan.Zero) socket.SendTimeout = (int)stallLimit.TotalMilliseconds;
        // Linux calls a socket writable while a third of its buffer is free, and says how large that really is; half of that third leaves room for
        // what the kernel needs beside the bytes.
        _credit = new SendCredit(
            OperatingSystem.IsLinux() ? Math.Min(InlineBytesMax, socket.SendBufferSize / 6) : 0,
            () => socket.Poll(0, SelectMode.SelectWrite),
            () => Environment.TickCount64);
    }

    public int Receive(Span<byte> into) => _socket.Receive(into, SocketFlags.None);

    public bool MaySendAtOnce(int bytes)
    {
        try
        {
            return _credit.Take(bytes);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    public void Send(List<ArraySegment<byte>> segments, bool asked)
    {
        if (!asked) _credit.Forget();
        var left = 0L;
        foreach (var segment in segments) left += segment.Count;
        while (left > 0)
        {
            var sent = _socket.Send(segments, SocketFlags.None);
            left -= sent;
            if (left > 0) Skip(segments, sent);
        }

        segments.Clear();
    }

    public void End()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It had ended by itself.
        }

        _socket.Dispose();
    }

    private static void Skip(List<ArraySegment<byte>> segments, int sent)
    {
        var whole = 0;
        while (sent >= segments[whole].Count) sent -= segments[whole++].Count;
        segments.RemoveRange(0, whole);
        if (sent > 0) segments[0] = segments[0].Slice(sent);
    }
}
