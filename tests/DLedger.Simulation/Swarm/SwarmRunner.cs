using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace DLedger.Simulation;

/// <summary>Runs seeds, several at a time: each world lives on one thread and knows nothing of the others.</summary>
internal static class SwarmRunner
{
    public static SwarmResult RunOne(SwarmOptions options)
    {
        var start = Stopwatch.GetTimestamp();
        var run = new SwarmRun(options);
        SimulationFailedException? failure = null;
        try
        {
            run.Run();
        }
        catch (SimulationFailedException error)
        {
            failure = error;
        }

        return new SwarmResult
        {
            Seed = options.Seed,
            Seconds = options.Length.TotalSeconds,
            ForcedNodes = options.Nodes,
            Without = options.Without,
            Nodes = run.Cluster.Sim.Ids.Count,
            Violation = failure?.What,
            ViolationAtSeconds = failure is null ? null : run.World.Now.TotalSeconds,
            Report = failure?.Message,
            Steps = run.World.Steps,
            TraceHash = run.World.Trace.Hash.ToString("X16", CultureInfo.InvariantCulture),
            Milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds,
            Drawn = run.Draw.Drawn,
            Counts = run.Count().Counts,
        };
    }

    /// <summary>Runs them all, in order as far as <paramref name="jobs"/> threads keep it.</summary>
    /// <param name="done">Told each result as it comes, one at a time; false: begin no more.</param>
    public static void RunAll(IEnumerable<SwarmOptions> runs, int jobs, Func<SwarmResult, bool> done)
    {
        var queue = new ConcurrentQueue<SwarmOptions>(runs);
        var gate = new Lock();
        var stop = false;
        ConcurrentQueue<Exception> troubles = [];
        var threads = Enumerable.Range(0, jobs).Select(_ => new Thread(Work)).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        if (!troubles.IsEmpty) throw new AggregateException(troubles);

        void Work()
        {
            try
            {
                while (!Volatile.Read(ref stop) && queue.TryDequeue(out var options))
                {
                    var result = RunOne(options);
                    lock (gate)
                    {
                        if (!done(result)) stop = true;
                    }
                }
            }
            catch (Exception trouble)
            {
                // Not a promise that was broken but a run that could not be had: for the one who asked.
                troubles.Enqueue(trouble);
                Volatile.Write(ref stop, true);
            }
        }
    }
}
