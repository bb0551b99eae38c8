using System.Net;
using System.Net.Sockets;

namespace DLedger.Host;

/// <summary>Ports for members that live as long as this process.</summary>
internal static class FreePorts
{
    // Below what systems hand out for outgoing connections: a member that is restarted must find its port free.
    private const int Lowest = 21000;
    private const int Highest = 30999;
    private const int TriesMax = 2000;

    /// <summary>Distinct ports of the loopback address that nobody listens on at this moment.</summary>
    public static IReadOnlyList<int> Pick(int count)
    {
        var picked = new HashSet<int>();
        for (var tries = 0; picked.Count < count; tries++)
        {
            if (tries > TriesMax) throw new OperationFailedException($"no {count} free ports between {Lowest} and {Highest} on the loopback address");

            // Two clusters that start side by side must not walk the same way.
            var port = Random.Shared.Next(Lowest, Highest + 1);
            if (!picked.Contains(port) && IsFree(port)) picked.Add(port);
        }

        return [.. picked];
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
