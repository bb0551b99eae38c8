using System.Text;
using Xunit;

namespace DLedger.Host.Tests;

public sealed class AppendTests
{
    private static readonly AppendResult Lost = new AppendResult.Unknown(UnknownReason.LeadershipLost);

    private readonly FakeRuntime _runtime = new();

    [Fact]
    public async Task Append_prints_the_index_alone()
    {
        Assert.Equal("0\n", (await CommandRun.OfAsync(_runtime, ["append", "-d", "Hello World"])).Out);
        Assert.Equal("{\"index\":1,\"count\":1,\"term\":1}\n", (await CommandRun.OfAsync(_runtime, ["append", "-d", "again", "--json"])).Out);
        Assert.Equal(["Hello World", "again"], Texts());
    }

    [Theory]
    [InlineData("")]
    [InlineData("@file")]
    [InlineData("-x")]
    [InlineData("grüße 🎉")]
    public async Task Any_text_is_a_body(string text)
    {
        var run = await CommandRun.OfAsync(_runtime, ["append", "-d", text]);

        Assert.Equal(0, run.Code);
        Assert.Equal([text], Texts());
    }

    [Fact]
    public async Task An_entry_over_the_limit_is_not_sent()
    {
        var run = await CommandRun.OfAsync(_runtime, ["append", "-d", new string('x', (1 << 20) + 1)]);

        Assert.Equal(1, run.Code);
        Assert.Contains("max-entry-size = 1048576", run.Error, StringComparison.Ordinal);
        Assert.Null(_runtime.Target);
    }

    [Fact]
    public async Task A_rejection_and_an_unknown_outcome_are_one_line_and_exit_1()
    {
        _runtime.Ledger.Script = n => n == 0 ? new AppendResult.Rejected(RejectReason.NotLeader, detail: "tried 3 members") : Lost;

        var rejected = await CommandRun.OfAsync(_runtime, ["append", "-d", "x"]);
        var unknown = await CommandRun.OfAsync(_runtime, ["append", "-d", "x"]);

        Assert.Equal(1, rejected.Code);
        Assert.Matches("^dledger append: not appended: tried 3 members: is a quorum[^\n]*\n$", rejected.Error);
        Assert.Equal(1, unknown.Code);
        Assert.Matches("^dledger append: outcome unknown: [^\n]*\n$", unknown.Error);
        Assert.Empty(rejected.Out + unknown.Out);
    }

    [Fact]
    public async Task Each_line_is_an_entry_byte_for_byte()
    {
        byte[] input = [.. "one\n\ntwo\r\n"u8, 0xff, 0x00, (byte)'\n', .. "last"u8];

        var run = await CommandRun.OfAsync(_runtime, ["append", "--stdin"], input);

        Assert.Equal(0, run.Code);
        Assert.Empty(run.OutBytes);
        Assert.Equal([[.. "one"u8], [], [.. "two\r"u8], [0xff, 0x00], [.. "last"u8]], _runtime.Ledger.Entries);
        Assert.Matches("^5 lines: 5 committed, 0 unknown, 0 rejected; [^\n]* without a leader; [^\n]*entries/s[^\n]*\n$", run.Error);
    }

    [Fact]
    public async Task Empty_input_is_done_at_once()
    {
        var run = await CommandRun.OfAsync(_runtime, ["append", "--stdin"], []);

        Assert.Equal(0, run.Code);
        Assert.Empty(_runtime.Ledger.Entries);
    }

    [Fact]
    public async Task Two_hundred_thousand_lines_keep_their_order()
    {
        var input = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 200_000).Select(i => $"{i}\n")));

        var run = await CommandRun.OfAsync(_runtime, ["append", "--stdin"], input);

        Assert.Equal(0, run.Code);
        Assert.Equal(Enumerable.Range(0, 200_000).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture)), Texts());
    }

    [Fact]
    public async Task Unknown_lines_are_named_and_not_sent_again()
    {
        _runtime.Ledger.Script = n => n is 1 or 2 or 4 ? Lost : null;

        var run = await CommandRun.OfAsync(_runtime, ["append", "--stdin", "--json"], "a\nb\nc\nd\ne\nf\n"u8.ToArray());

        Assert.Equal(1, run.Code);
        Assert.Equal(["a", "d", "f"], Texts());
        Assert.Contains("may or may not be in the log: lines 2-3, 5\n", run.Error, StringComparison.Ordinal);
        Assert.Equal(
            """
            {"line":1,"index":0,"term":1}
            {"line":2,"outcome":"unknown","reason":"LeadershipLost"}
            {"line":3,"outcome":"unknown","reason":"LeadershipLost"}
            {"line":4,"index":1,"term":1}
            {"line":5,"outcome":"unknown","reason":"LeadershipLost"}
            {"line":6,"index":2,"term":1}

            """,
            run.Out);
    }

    [Fact]
    public async Task Unknown_lines_are_sent_again_when_asked_for()
    {
        _runtime.Ledger.Script = n => n is 1 or 2 or 6 ? Lost : null;

        var run = await CommandRun.OfAsync(_runtime, ["append", "--stdin", "--json", "--retry-unknown"], "a\nb\nc\nd\ne\nf\n"u8.ToArray());

        Assert.Equal(0, run.Code);
        Assert.Equal(["a", "b", "c", "d", "e", "f"], Texts().Order(StringComparer.Ordinal));
        Assert.Contains("3 sent again", run.Error, StringComparison.Ordinal);
        Assert.Equal(6, run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task A_line_that_stays_unknown_is_given_up()
    {
        _runtime.Ledger.Script = _ => Lost;

        var run = await CommandRun.OfAsync(_runtime, ["append", "--stdin", "--retry-unknown"], "a\n"u8.ToArray());

        Assert.Equal(1, run.Code);
        Assert.Contains("lines 1\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_is_too_large_is_skipped_and_named()
    {
        _runtime.Ledger.Script = n => n == 1 ? new AppendResult.Rejected(RejectReason.TooLarge) : null;

        var run = await CommandRun.OfAsync(_runtime, ["append", "--stdin"], "a\nb\nc\n"u8.ToArray());

        Assert.Equal(1, run.Code);
        Assert.Equal(["a", "c"], Texts());
        Assert.Contains("not appended: lines 2\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_no_leader_is_found_nothing_more_is_read()
    {
        _runtime.Ledger.Script = n => n >= 3 ? new AppendResult.Rejected(RejectReason.NotLeader) : null;
        using var input = new EndlessLines();
        using var error = new StringWriter { NewLine = "\n" };
        using var terminal = new Terminal(input, Stream.Null, error, false, false);

        var code = await DLedgerCommandLine.RunAsync(["append", "--stdin"], new CommandContext(terminal, _runtime, TimeProvider.System, default));

        Assert.Equal(1, code);
        Assert.Equal(3, _runtime.Ledger.Entries.Count);
        Assert.Contains("stopped early: line 4 was not appended", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Input_without_newlines_does_not_fill_the_memory()
    {
        using var input = new EndlessLines(newlines: false);
        using var error = new StringWriter { NewLine = "\n" };
        using var terminal = new Terminal(input, Stream.Null, error, false, false);

        var code = await DLedgerCommandLine.RunAsync(["append", "--stdin"], new CommandContext(terminal, _runtime, TimeProvider.System, default));

        Assert.Equal(1, code);
        Assert.Contains("stopped early: line 1: a line of more than", error.ToString(), StringComparison.Ordinal);
    }

    private IEnumerable<string> Texts() => _runtime.Ledger.Entries.Select(Encoding.UTF8.GetString);

    [Fact]
    public async Task A_bench_whose_client_is_gone_ends_and_says_so()
    {
        var runtime = new FakeRuntime();
        runtime.Ledger.Script = _ => new AppendResult.Rejected(RejectReason.Stopping, null, "the client is closed");
        var run = await CommandRun.OfAsync(runtime, ["bench", "--port", "20911", "--outstanding", "4", "--seconds", "86400"])
            .WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(1, run.Code);
        Assert.Contains("ended early", run.Error, StringComparison.Ordinal);
        Assert.Contains("the client is closed", run.Error, StringComparison.Ordinal);
    }
}
