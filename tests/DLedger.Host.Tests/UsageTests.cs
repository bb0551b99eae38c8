using Xunit;

namespace DLedger.Host.Tests;

/// <summary>DESIGN 8 and 9: wrong usage is one line, names what is wrong, points to --help, and exits with 2.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("", "Required command was not provided")]
    [InlineData("nonsense", "nonsense")]
    [InlineData("append", "-d TEXT or --stdin")]
    [InlineData("append -d x --stdin", "-d TEXT or --stdin")]
    [InlineData("append -d x --retry-unknown", "--stdin")]
    [InlineData("append -d x --frobnicate", "--frobnicate")]
    [InlineData("append -d", "'-d'")]
    [InlineData("get", "--index")]
    [InlineData("get -i abc", "--index: 'abc'")]
    [InlineData("get -i -1", "--index: '-1'")]
    [InlineData("get -i 0 -n 0", "--count: '0'")]
    [InlineData("get -i 0 --mode quick", "--mode: 'quick'")]
    [InlineData("get -i 0 --mode at-least:x", "--mode: 'at-least:x'")]
    [InlineData("get -i 0 --read-from n7 --peers n0-localhost:20911;n1-localhost:20912", "--read-from: 'n7' is not a member; members are n0, n1")]
    [InlineData("get -i 99999999999999999999", "--index")]
    [InlineData("append -d x --peers n0", "'n0'")]
    [InlineData("append -d x --peers n0-localhost:99999", "99999")]
    [InlineData("append -d x --peers n0-localhost:20911;n0-localhost:20912", "n0")]
    [InlineData("append -d x --peers n0-localhost:20911;n1-localhost:20911", "20911")]
    [InlineData("append -d x --group a/b", "a/b")]
    [InlineData("append -d x --peers n0-localhost:20911 --port 5", "--port")]
    [InlineData("append -d x --port 0", "--port: '0'")]
    [InlineData("append -d x --timeout soon", "--timeout: 'soon'")]
    [InlineData("append -d x --config no-such-file.conf", "no-such-file.conf")]
    [InlineData("append -d x --system 1/2", "--system")]
    [InlineData("server --id n9 --peers n0-localhost:20911", "n9")]
    [InlineData("server --id a-b", "a-b")]
    [InlineData("server --durability tape", "tape")]
    [InlineData("transfer", "--to")]
    [InlineData("transfer --to n7 --peers n0-localhost:20911;n1-localhost:20912", "n7")]
    [InlineData("verify", "--data")]
    [InlineData("verify --data no-such-folder", "no-such-folder")]
    [InlineData("bench --nodes 2", "--nodes: '2'")]
    [InlineData("bench --outstanding 0", "--outstanding: '0'")]
    [InlineData("bench --size 2000000", "max-entry-size")]
    [InlineData("bench --port 20911 --nodes 3", "--nodes")]
    public async Task Wrong_usage_is_one_line_that_names_what_is_wrong(string arguments, string named)
    {
        var run = await CommandRun.OfAsync(new FakeRuntime(), arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(2, run.Code);
        Assert.Empty(run.OutBytes);
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
        Assert.Matches(@"^dledger[^\n]*See 'dledger[^\n]* --help'\.\n$", run.Error);
    }

    [Fact]
    public async Task A_wrong_setting_in_a_file_names_key_and_value()
    {
        using var folder = new TempFolder();
        var file = folder.File("a.conf", "dledger.election-timeout-min = soon\n");

        var run = await CommandRun.OfServerAsync(new FakeRuntime(), ["server", "--config", file]);

        Assert.Equal(2, run.Code);
        Assert.Contains("dledger.election-timeout-min", run.Error, StringComparison.Ordinal);
        Assert.Contains("soon", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dledger {\n  id = n0\n", "line 1: '}' is missing")]
    [InlineData("dledger { id = n0\n}\n}", "line 3: '}' closes nothing")]
    [InlineData("dledger {\n  preferred-leaders = [n0 }\n", "line 2: '}' where ']'")]
    [InlineData("dledger {\n  id = \"n0\n}\n", "line 2: a quote is not closed")]
    [InlineData("dledger { id = ${nothing} }", "line 1: ${nothing} is set neither in the file nor in the environment")]
    public async Task A_file_that_is_not_hocon_is_named(string text, string problem)
    {
        using var folder = new TempFolder();
        var file = folder.File("a.conf", text);

        var run = await CommandRun.OfServerAsync(new FakeRuntime(), ["server", "--config", file]);

        Assert.Equal(2, run.Code);
        Assert.Contains(file, run.Error, StringComparison.Ordinal);
        Assert.Contains(problem, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Braces_in_quotes_and_comments_do_not_count()
    {
        using var folder = new TempFolder();
        var file = folder.File("a.conf", "# {\n// }\ndledger { cluster-id = x\n  data-dir = \"a{\\\"}\" } # ]\na.b = \"\"\"}\n\"{\"\"\"\n");

        var run = await CommandRun.OfServerAsync(new FakeRuntime(), ["server", "--config", file]);

        Assert.Equal(("", 0), (run.Error, run.Code));
    }

    [Theory]
    [InlineData("")]
    [InlineData("server")]
    [InlineData("append")]
    [InlineData("get")]
    [InlineData("tail")]
    [InlineData("status")]
    [InlineData("transfer")]
    [InlineData("write")]
    [InlineData("read")]
    [InlineData("cas")]
    [InlineData("demo")]
    [InlineData("verify")]
    [InlineData("bench")]
    public async Task Help_shows_what_to_type(string command)
    {
        var run = await CommandRun.OfAsync(new FakeRuntime(), [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Assert.Equal(0, run.Code);
        Assert.Contains($"Examples:\n  dledger {command}", run.Out, StringComparison.Ordinal);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task Version_is_the_product_version()
    {
        var run = await CommandRun.OfAsync(new FakeRuntime(), ["--version"]);

        Assert.Equal(0, run.Code);
        Assert.Matches(@"^\d+\.\d+\.\d+", run.Out);
    }

    [Fact]
    public async Task A_server_that_is_told_to_stop_while_it_starts_has_stopped_cleanly()
    {
        using var stop = new CancellationTokenSource();
        var runtime = new FakeRuntime
        {
            Start = _ =>
            {
                stop.Cancel();
                throw new OperationCanceledException(stop.Token);
            },
        };
        var run = await CommandRun.OfAsync(runtime, ["server"], stop: stop.Token);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.EndsWith("stopped\n", run.Out, StringComparison.Ordinal);
    }
}
