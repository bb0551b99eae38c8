using System.Net;
using System.Net.Sockets;

namespace DLedger;

/// <summary>Ports of the loopback address that nobody listens on at the moment, for members that live as long as this process.</summary>
internal static class FreePorts
{
    // Below what the operating system gives to outgoing connections: a member that is restarted must find its port free.
    private const int Lowest = 21000;
    private const int Highest = 30999;
    private const int TriesMax = 2000;

    public static int[] Pick(int count)
    {
        var picked = new HashSet<int>();
        for (var tries = 0; picked.Count < count; tries++)
        {
            if (tries > TriesMax)
                throw new InvalidOperationException($"There are no {count} free ports between {Lowest} and {Highest} on the loopback address.");

            // Two groups that start side by side must not walk the same way.
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
