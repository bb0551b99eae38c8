using System.Diagnostics;
using System.Globalization;

namespace DLedger.Simulation.Tests;

public sealed class DeterminismTests
{
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(20);

    [Fact]
    public void The_same_seed_gives_the_same_trace()
    {
        var first = PingPong.Run(7, s_time);
        var second = PingPong.Run(7, s_time);
        Assert.True(first.Steps > 1000, first.Trace.LastSteps());
        Assert.Empty(first.Nodes.SelectMany(node => node.Errors));
        Assert.Equal(first.Steps, second.Steps);
        Assert.Equal(first.Trace.Hash, second.Trace.Hash);
    }

    [Fact]
    public void Another_seed_gives_another_trace() =>
        Assert.NotEqual(PingPong.Run(7, s_time).Trace.Hash, PingPong.Run(8, s_time).Trace.Hash);

    [Fact]
    public void Another_process_gives_the_same_trace()
    {
        // This assembly is its own program (Program.cs): it prints the hash of a run.
        var start = new ProcessStartInfo(
            "dotnet", ["exec", typeof(DeterminismTests).Assembly.Location, "trace-hash", "7"]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var printed = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.Equal(PingPong.Run(7, s_time).Trace.Hash.ToString("X16", CultureInfo.InvariantCulture), printed);
    }

    [Fact]
    public void Random_numbers_are_the_same_on_every_version_of_NET()
    {
        // Written down once; if this fails, seeds in old bug reports have lost their meaning.
        var random = new WorldRandom(42);
        Assert.Equal([8924358698221572283, 17420031774907533950, 17944777189580545959], (ulong[])[Bits(random), Bits(random), Bits(random)]);

        static ulong Bits(WorldRandom random)
        {
            var bytes = new byte[8];
            var high = (ulong)random.NextInt64(0, 1L << 62);
            random.NextBytes(bytes);
            return high ^ BitConverter.ToUInt64(bytes);
        }
    }
}
