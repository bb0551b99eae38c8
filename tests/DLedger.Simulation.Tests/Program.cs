using System.Globalization;

namespace DLedger.Simulation.Tests;

/// <summary>The test assembly as a program, so that a test can compare a run with the same run of another process.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        if (args is not ["trace-hash", var seed]) return 2;
        var world = PingPong.Run(ulong.Parse(seed, CultureInfo.InvariantCulture), TimeSpan.FromSeconds(20));
        Console.WriteLine(world.Trace.Hash.ToString("X16", CultureInfo.InvariantCulture));
        return 0;
    }
}
