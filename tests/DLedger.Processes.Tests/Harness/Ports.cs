using System.Net;
using System.Net.Sockets;

namespace DLedger.Processes.Tests;

/// <summary>
/// Free ports of the loopback address, below those that systems give to outgoing connections: a member that is restarted must find its own free.
/// </summary>
internal static class Ports
{
    private const int Lowest = 11000;
    private const int Highest = 20800;

    /// <summary>Distinct ports, each free together with the bulk port that belongs to it by default.</summary>
    public static IReadOnlyList<int> Pick(int count)
    {
        var picked = new HashSet<int>();
        for (var tries = 0; picked.Count < count; tries++)
        {
            Expect.That(tries < 2000, $"no {count} free ports between {Lowest} and {Highest}");
            var port = Random.Shared.Next(Lowest, Highest);
            if (!picked.Contains(port) && IsFree(port) && IsFree(port + Member.BulkPortOffset)) picked.Add(port);
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
