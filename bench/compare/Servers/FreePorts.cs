using System.Net;
using System.Net.Sockets;

namespace DLedger.Compare;

/// <summary>Ports of the loopback address for servers that are started next.</summary>
internal static class FreePorts
{
    // Below what systems hand out for outgoing connections, so that none of those takes a port first.
    private const int Lowest = 12000;
    private const int Highest = 20999;
    private const int TriesMax = 2000;

    /// <summary>Distinct ports that nobody listens on at this moment.</summary>
    public static IReadOnlyList<int> Pick(int count)
    {
        var picked = new HashSet<int>();
        for (var tries = 0; picked.Count < count; tries++)
        {
            if (tries > TriesMax)
                throw new ComparisonFailedException($"no {count} free ports between {Lowest} and {Highest} on the loopback address");
            var port = Random.Shared.Next(Lowest, Highest + 1);
            if (IsFree(port)) picked.Add(port);
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
