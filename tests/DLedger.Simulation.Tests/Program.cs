using System.Globalization;

namespace DLedger.Simulation.Tests;

/// <summary>The test assembly as a program, so that a test can compare a run with the same run of another process.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        if (args is ["swarm", var first, var count]) return Swarm(ulong.Parse(first, CultureInfo.InvariantCulture), int.Parse(count, CultureInfo.InvariantCulture));
        if (args is not ["trace-hash", var seed]) return 2;
        var world = PingPong.Run(ulong.Parse(seed, CultureInfo.InvariantCulture), TimeSpan.FromSeconds(20));
        Console.WriteLine(world.Trace.Hash.ToString("X16", CultureInfo.InvariantCulture));
        return 0;
    }

    /// <summary>Runs seeds and goes on after a failure: for hunting.</summary>
    private static int Swarm(ulong first, int count)
    {
        var failed = 0;
        for (var seed = first; seed < first + (ulong)count; seed++)
        {
            var run = new SwarmRun(seed);
            var start = System.Diagnostics.Stopwatch.GetTimestamp();
            var verdict = "ok";
            try
            {
                run.Run();
            }
            catch (SimulationFailedException error)
            {
                failed++;
                verdict = error.Message;
            }

            Console.WriteLine(
                $"{seed}: {run.Cluster.Sim.Ids.Count} nodes, {run.World.Steps} steps in {System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms, {run.Workload.Requests} asked, "
                + $"{run.Workload.Acked} acked, {run.Workload.Rejected} rejected, {run.Workload.Reads} reads, {run.Cluster.Safety.LeadersSeen} leaders, "
                + $"{run.Cluster.Sim.Network.Delivered} delivered, [{run.Faults}]: {verdict}");
        }

        return failed == 0 ? 0 : 1;
    }
}
