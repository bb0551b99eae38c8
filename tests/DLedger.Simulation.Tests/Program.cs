using System.Globalization;

namespace DLedger.Simulation.Tests;

/// <summary>
/// The test assembly as a program: <c>swarm</c> runs many seeds; the others print the trace hash of one run, so that a test can compare it with that
/// of another process.
/// </summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        switch (args)
        {
            case ["swarm", .. var rest]:
                return SwarmCommand.Run(rest);
            case ["trace-hash", var seed]:
                Print(PingPong.Run(SeedOf(seed), TimeSpan.FromSeconds(20)));
                return 0;
            case ["swarm-hash", var seed]:
                var run = new SwarmRun(SeedOf(seed));
                run.Run();
                Print(run.World);
                return 0;
            default:
                Console.Error.WriteLine(SwarmArguments.Usage);
                return 2;
        }
    }

    private static ulong SeedOf(string text) => ulong.Parse(text, CultureInfo.InvariantCulture);

    private static void Print(World world) => Console.WriteLine(world.Trace.Hash.ToString("X16", CultureInfo.InvariantCulture));
}
