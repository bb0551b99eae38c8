using Xunit;

namespace DLedger.Host.Tests;

/// <summary>Ids, addresses, problems and bodies come from elsewhere: none of them acts on a terminal, breaks a table or fakes a line.</summary>
public sealed class OutsideTextTests
{
    private const string Nasty = "[red]x[/] \u001b[2J\r\nfaked\u009b31m\u202e";

    private readonly FakeRuntime _runtime = new();

    [Fact]
    public async Task Status_shows_an_unreachable_ipv6_member()
    {
        _runtime.Ledger.Reports =
            [new MemberReport(new Member("n0", "::1", 20911, 30911), null), new MemberReport(new Member("n1", "fe80::1", 20912, 30912), Status("n1",
                ""))];

        var run = await CommandRun.OfAsync(_runtime, ["status"]);

        Assert.Equal(("", 0), (run.Error, run.Code));
        Assert.Contains("[::1]:20911", run.Out, StringComparison.Ordinal);
        Assert.Contains("[fe80::1]:20912", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whatever_a_member_answers_is_shown_as_plain_text(bool onTerminal)
    {
        _runtime.Ledger.Reports =
        [
            new MemberReport(new Member("n0", "::1", 20911, 30911), Status(Nasty, Nasty, Nasty)),
            new MemberReport(new Member("n1", "localhost", 20911, 30911), null),
        ];
        _runtime.Ledger.Transfer = new TransferResult.Transferred(Nasty, 4);

        foreach (var arguments in (string[][])[["status"], ["status", "--json"], ["transfer", "--to", "n1"], ["transfer", "--to", "n1", "--json"]])
        {
            var shown = WithoutOwnColours(await RunAsync(onTerminal, arguments));
            Assert.DoesNotContain(shown, c => c != '\n' && (char.IsControl(c) || c == '\u202e'));
            Assert.DoesNotContain("\nfaked", shown, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_goes_wrong_elsewhere_is_one_plain_line()
    {
        _runtime.Ledger.Transfer = new TransferResult.Failed(Nasty);

        var run = await CommandRun.OfAsync(_runtime, ["transfer", "--to", "n1"]);

        Assert.Equal("dledger transfer: not transferred: [red]x[/] \\x1b[2J faked\\x9b31m\\u202e\n", run.Error);
    }

    [Fact]
    public async Task A_log_line_is_one_plain_line()
    {
        _runtime.Start = plan =>
        {
            plan.Log(new NodeLogLine(NodeLogLevel.Warning, Nasty));
            return new FakeNode(plan);
        };

        var run = await CommandRun.OfServerAsync(_runtime, ["server"]);

        Assert.Contains("WARNING [red]x[/] \\x1b[2J faked\\x9b31m\\u202e\n", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_acts_on_no_terminal_and_is_as_it_is_in_a_file()
    {
        var body = Body();
        await CommandRun.OfAsync(_runtime, ["append", "--stdin"], [.. body, (byte)'\n']);

        Assert.Equal("a\tb \\x1b[31m grüße 🎉 \\xff\\xc3\\r\\x9b\\u202e\n", await RunAsync(onTerminal: true, ["get", "-i", "0"]));
        Assert.Equal("a\tb \\x1b[31m grüße 🎉 \\xff\\xc3\\r\\x9b\\u202e\n", await RunAsync(onTerminal: true, ["tail", "-i", "0"]));
        byte[] asItIs = (await CommandRun.OfAsync(_runtime, ["get", "-i", "0"])).OutBytes;
        Assert.Equal([.. body, (byte)'\n'], asItIs);
    }

    [Fact]
    public async Task Json_on_a_terminal_holds_nothing_that_acts_on_it()
    {
        await CommandRun.OfAsync(_runtime, ["append", "--stdin"], "\u001b[31m \u007f \u009b \u202e ü\n"u8.ToArray());

        var shown = await RunAsync(onTerminal: true, ["get", "-i", "0", "--json"]);

        Assert.DoesNotContain(shown, c => c != '\n' && (char.IsControl(c) || c == '\u202e'));
        Assert.Contains("ü", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_user_types_wrongly_is_shown_as_plain_text()
    {
        foreach (
            var arguments in (string[][])[[Nasty], ["append", Nasty], ["get", "-i", Nasty], ["server", "--id", Nasty], ["server", "--peers", Nasty],
                ["status", "--config", Nasty], ["verify", "--data", Nasty], ["help", Nasty]])
        {
            var run = await CommandRun.OfAsync(_runtime, arguments);
            Assert.Equal(2, run.Code);
            Assert.Equal(1, run.Error.Count(c => c == '\n'));
            Assert.DoesNotContain(run.Error, c => c != '\n' && (char.IsControl(c) || c == '\u202e'));
        }
    }

    [Fact]
    public async Task A_body_that_is_no_text_is_refused()
    {
        foreach (var body in (string[])["a\ud800", "\udc00", "\ud800\ud800"])
        {
            var run = await CommandRun.OfAsync(_runtime, ["append", "-d", body]);

            Assert.Equal(2, run.Code);
            Assert.Contains("argument 3", run.Error, StringComparison.Ordinal);
        }

        Assert.Empty(_runtime.Ledger.Entries);
    }

    private static byte[] Body() => [.. "a\tb \e[31m grüße 🎉 "u8, 0xff, 0xc3, .. "\r\u009b\u202e"u8];

    private static LedgerStatus Status(string id, string problem, string leaderId = "n0") =>
        SomeStatus.Of(id, MemberRole.Leader, 9, 8, leaderId, problem: problem);

    private static string WithoutOwnColours(string text) =>
        text.Replace("\e[32m", "", StringComparison.Ordinal).Replace("\e[31m", "", StringComparison.Ordinal)
            .Replace("\e[0m", "", StringComparison.Ordinal);

    private async Task<string> RunAsync(bool onTerminal, string[] arguments)
    {
        using var output = new MemoryStream();
        using var terminal = new Terminal(Stream.Null, output, TextWriter.Null, onTerminal, false);
        await DLedgerCommandLine.RunAsync(arguments, new CommandContext(terminal, _runtime, TimeProvider.System, default));
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }
}
