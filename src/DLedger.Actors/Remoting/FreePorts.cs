using System.Net;
using System.Net.Sockets;

namespace DLedger;

/// <summary>Ports of the loopback address that nobody listens on at the moment, for members and servers that are started next.</summary>
internal static class FreePorts
{
    // Below what the operating system gives to outgoing connections: a member that is restarted must find its port free.
    private const int Lowest = 21000;
    private const int Highest = 30999;
    private const int TriesMax = 2000;

    /// <summary>Distinct ports between two others, these included.</summary>
    /// <param name="count">How many.</param>
    /// <param name="lowest">Programs that start servers side by side take them from different ranges.</param>
    /// <param name="highest">See <paramref name="lowest"/>.</param>
    /// <param name="companion">So far above each there is another free port; none if 0.</param>
    /// <exception cref="InvalidOperationException">There are not so many.</exception>
    public static int[] Pick(int count, int lowest = Lowest, int highest = Highest, int companion = 0)
    {
        var picked = new HashSet<int>();
        for (var tries = 0; picked.Count < count; tries++)
        {
            if (tries > TriesMax)
                throw new InvalidOperationException($"There are no {count} free ports between {lowest} and {highest} on the loopback address.");

            // Two groups that start side by side must not walk the same way.
            var port = Random.Shared.Next(lowest, highest + 1);
            if (!picked.Contains(port) && IsFree(port) && (companion == 0 || IsFree(port + companion))) picked.Add(port);
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
