using Xunit;

namespace DLedger.Host.Tests;

/// <summary>The command line helps whoever mistypes, asks for help in another way, has a narrow terminal or wants to watch.</summary>
public sealed class HelpfulTests
{
    private readonly FakeRuntime _runtime = new();

    [Theory]
    [InlineData("stauts", "did you mean 'status'?")]
    [InlineData("apend -d x", "did you mean 'append'?")]
    [InlineData("serv", "did you mean 'server'?")]
    [InlineData("--hlep", "did you mean '--help'?")]
    [InlineData("get --idnex 3", "did you mean '--index'?")]
    [InlineData("get --ind 3", "did you mean '--index'?")]
    [InlineData("append --std", "did you mean '--stdin'?")]
    [InlineData("server --peer=x", "did you mean '--peers'?")]
    [InlineData("append -d x --to n1", "'transfer' has it")]
    [InlineData("--json get -i 0", "it stands after the command")]
    [InlineData("help stauts", "did you mean 'status'?")]
    [InlineData("completion tcsh", "bash, zsh, fish")]
    public async Task A_mistyped_word_gets_the_nearest(string arguments, string hint)
    {
        var run = await CommandRun.OfAsync(_runtime, arguments.Split(' '));

        Assert.Equal(2, run.Code);
        Assert.Contains(hint, run.Error, StringComparison.Ordinal);
        Assert.Matches(@"^dledger[^\n]* See 'dledger[^\n]* --help'\.\n$", run.Error);
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("get --frobnicate")]
    public async Task A_word_that_is_near_nothing_gets_no_guess(string arguments) =>
        Assert.DoesNotContain("did you mean", (await CommandRun.OfAsync(_runtime, arguments.Split(' '))).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Help_is_a_command_too()
    {
        Assert.Equal((await CommandRun.OfAsync(_runtime, ["--help"])).Out, (await CommandRun.OfAsync(_runtime, ["help"])).Out);
        Assert.Equal((await CommandRun.OfAsync(_runtime, ["append", "--help"])).Out, (await CommandRun.OfAsync(_runtime, ["help", "append"])).Out);
        Assert.Equal(0, (await CommandRun.OfAsync(_runtime, ["help", "help"])).Code);
    }

    [Theory]
    [InlineData("bash", "complete -o filenames -F _dledger dledger")]
    [InlineData("zsh", "#compdef dledger")]
    [InlineData("fish", "complete -c dledger -f")]
    public async Task A_completion_script_knows_every_command_and_option(string shell, string mark)
    {
        var run = await CommandRun.OfAsync(_runtime, ["completion", shell]);

        Assert.Equal(0, run.Code);
        Assert.Contains(mark, run.Out, StringComparison.Ordinal);
        foreach (
            var word in (string[])["server", "append", "get", "tail", "status", "transfer", "demo", "verify", "bench", "completion", "help", "stdin",
                "retry-unknown", "index", "peers", "watch", "linearizable"])
            Assert.Contains(word, run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(60)]
    [InlineData(40)]
    public async Task Status_fits_a_narrow_terminal(int width)
    {
        _runtime.Ledger.Reports = [.. Enumerable.Range(0, 3).Select(i => new MemberReport(
            new Member($"n{i}", "ledger-host-7.example", 20911 + i, 30911 + i),
            SomeStatus.Of($"n{i}", i == 0 ? MemberRole.Leader : MemberRole.PreCandidate, 123_456_789, 123_456_788, term: 17)))];
        using var output = new MemoryStream();
        using var terminal = new Terminal(Stream.Null, output, TextWriter.Null, false, false) { OutWidth = width };

        Assert.Equal(0, await DLedgerCommandLine.RunAsync(["status"], new CommandContext(terminal, _runtime, TimeProvider.System, default)));

        var lines = System.Text.Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, lines.Length);
        Assert.All(lines.Skip(1), line => Assert.InRange(line.Length, 1, width));
        Assert.All(lines[2..], line => Assert.Contains("123456789", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Status_is_watched_until_it_is_interrupted()
    {
        _runtime.Ledger.Reports = [new MemberReport(new Member("n0", "localhost", 20911, 30911), SomeStatus.Of("n0", MemberRole.Leader, 9, 8))];
        using var stop = new CancellationTokenSource();
        using var output = new Watched(3, stop);
        using var error = new StringWriter();
        using var terminal = new Terminal(Stream.Null, output, error, false, false);

        var code = await DLedgerCommandLine.RunAsync(
            ["status", "--watch", "1ms"], new CommandContext(terminal, _runtime, TimeProvider.System, stop.Token));

        Assert.Equal((0, ""), (code, error.ToString()));
        Assert.Equal(3, System.Text.Encoding.UTF8.GetString(output.ToArray()).Split("n0 leads in term 3").Length - 1);
    }

    [Fact]
    public async Task An_interrupted_bench_tells_what_it_has()
    {
        using var stop = new CancellationTokenSource();
        var time = new MeasuringTime();
        var plan = new BenchPlan(10, 1, TimeSpan.Zero, MeasuringTime.Whole);
        var appended = 0;
        _runtime.Ledger.Script = _ =>
        {
            if (time.Measures && ++appended == 1000) stop.Cancel();
            return null;
        };

        var report = await new BenchRun(_runtime.Ledger, plan, time).RunAsync(3, BenchReport.AsTheMembersAreSet, stop.Token);

        Assert.True(report.IsInterrupted);
        Assert.InRange(report.Entries, 999, long.MaxValue);
        Assert.Contains("interrupted", report.Lines().First(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--id", ".")]
    [InlineData("--id", "..")]
    [InlineData("--id", "a.")]
    [InlineData("--id", "nul")]
    [InlineData("--id", "COM1.x")]
    [InlineData("--group", ".")]
    [InlineData("--group", "..")]
    [InlineData("--group", "...")]
    [InlineData("--group", "aux")]
    [InlineData("--peers", "..-localhost:20911")]
    [InlineData("--peers", "con-localhost:20911")]
    public async Task A_name_that_would_put_data_elsewhere_is_refused(string option, string name)
    {
        var server = await CommandRun.OfServerAsync(_runtime, ["server", option, name]);
        var client = option == "--id" ? server : await CommandRun.OfAsync(_runtime, ["append", "-d", "x", option, name]);

        Assert.Equal((2, 2), (server.Code, client.Code));
        Assert.Null(_runtime.Plan);
        Assert.Null(_runtime.Target);
        Assert.Contains("must not", server.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_folder_may_name_group_and_id()
    {
        await CommandRun.OfServerAsync(_runtime, ["server", "--group", "g", "--id", "m1", "--data", "/data/{group}/of-{id}"]);

        Assert.Equal("/data/g/of-m1", _runtime.Plan!.Settings.DataDir);
    }

    [Fact]
    public async Task The_folders_of_a_demo_or_a_bench_are_within_its_own_whatever_its_name()
    {
        await using var cluster = await LocalCluster.StartAsync(
            _runtime, TimeProvider.System, 3, "a{group}\"\\{x}", Durability.Disk, _ => { }, default);

        Assert.Equal(Path.Combine("a{group}\"\\{x}", "n2"), _runtime.Plan!.Settings.DataDir);
        Assert.Equal(_runtime.Plan.Settings.DataDir, _runtime.Plan.Settings.Store.Folder);
    }

    /// <summary>Knows when the measurement waits for its end.</summary>
    private sealed class MeasuringTime : TimeProvider
    {
        public static readonly TimeSpan Whole = TimeSpan.FromHours(1);

        private volatile bool _measures;

        public bool Measures => _measures;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == Whole) _measures = true;
            return timer;
        }
    }

    /// <summary>Interrupts after so many flushes.</summary>
    private sealed class Watched(int flushes, CancellationTokenSource stop) : MemoryStream
    {
        private int _left = flushes;

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            if (--_left == 0) stop.Cancel();
            return Task.CompletedTask;
        }
    }
}
