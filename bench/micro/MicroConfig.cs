using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using Perfolizer.Horology;

namespace DLedger.Micro;

/// <summary>How the benchmarks run: allocations always, and few short iterations, so that all of them take minutes.</summary>
internal static class MicroConfig
{
    /// <summary>For a job that the command line names.</summary>
    public static IConfig Bare { get; } = DefaultConfig.Instance.AddDiagnoser(MemoryDiagnoser.Default)
        .HideColumns(Column.Error, Column.Gen0, Column.Gen1, Column.Gen2);

    public static IConfig Short { get; } = Bare.AddJob(Job.Default
        .WithId("Short")
        .WithWarmupCount(2)
        .WithIterationCount(5)
        .WithIterationTime(TimeInterval.FromMilliseconds(100))
        .AsDefault());
}
