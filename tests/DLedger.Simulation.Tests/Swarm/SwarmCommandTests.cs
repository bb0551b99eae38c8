namespace DLedger.Simulation.Tests;

public sealed class SwarmCommandTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"swarm-{Environment.ProcessId}-{Guid.NewGuid():N}.jsonl");

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("--first")]
    [InlineData("--count", "0")]
    [InlineData("--count", "many")]
    [InlineData("--nodes", "4")]
    [InlineData("--seconds", "1")]
    [InlineData("--without", "rain")]
    [InlineData("--frist", "1")]
    [InlineData("7")]
    public void Arguments_that_make_no_sense_are_refused(params string[] args)
    {
        Assert.Null(SwarmArguments.Parse(args, out var wrong));
        Assert.Contains(args[0], wrong, StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_say_which_runs()
    {
        var arguments = SwarmArguments.Parse(
            ["--first", "7", "--count", "2", "--seconds", "60", "--nodes", "5", "--without", "cut-off,crash"], out _)!;
        Assert.Equal([7UL, 8UL], arguments.Runs.Select(run => run.Seed));
        Assert.All(arguments.Runs, run =>
        {
            Assert.Equal(TimeSpan.FromSeconds(60), run.Length);
            Assert.Equal(5, run.Nodes);
            Assert.Equal(["cut off", "crash"], run.Without);
        });
        Assert.EndsWith(
            "--first 7 --count 1 --seconds 60 --nodes 5 --without cut-off,crash", arguments.Runs.First().ReplayCommand, StringComparison.Ordinal);
    }

    [Fact]
    public void A_search_that_was_cut_off_goes_on_where_it_stopped()
    {
        SwarmOptions[] runs = [.. Enumerable.Range(1, 3).Select(i => new SwarmOptions((ulong)i) { Length = TimeSpan.FromSeconds(8), Nodes = 1 })];
        var results = ResultsFile.Open(_file);
        results.Append(SwarmRunner.RunOne(runs[0]));
        results.Append(SwarmRunner.RunOne(runs[1]));
        // The last line was cut off in the middle.
        var text = File.ReadAllText(_file);
        File.WriteAllText(_file, text[..^20]);

        var continued = ResultsFile.Open(_file);
        var known = continued.Find(runs[0]);
        Assert.NotNull(known);
        Assert.Equal(SwarmRunner.RunOne(runs[0]).Counts, known.Counts);
        Assert.Null(continued.Find(runs[1]));
        Assert.Null(continued.Find(runs[0] with { Length = TimeSpan.FromSeconds(9) }));
        Assert.Null(continued.Find(runs[0] with { Nodes = 3 }));
        Assert.Null(continued.Find(runs[0] with { Without = ["crash"] }));

        continued.Append(SwarmRunner.RunOne(runs[1]));
        continued.Append(SwarmRunner.RunOne(runs[2]));
        var whole = ResultsFile.Open(_file);
        Assert.All(runs, run => Assert.NotNull(whole.Find(run)));
    }
}
