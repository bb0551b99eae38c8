using System.Text;
using Xunit;

namespace DLedger.Host.Tests;

/// <summary>
/// What cannot be written is told by the exit code, of every command and at any moment. Only a reader that has had enough is no failure.
/// </summary>
public sealed class OutputTests
{
    private readonly FakeRuntime _runtime = new();

    [Theory]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("get --help")]
    [InlineData("help append")]
    [InlineData("completion bash")]
    [InlineData("append -d x")]
    [InlineData("append -d x --json")]
    [InlineData("append --stdin --json")]
    [InlineData("get -i 0 -n 100")]
    [InlineData("get -i 0 -n 100 --json")]
    [InlineData("tail -i 0")]
    [InlineData("tail -i 0 --json")]
    [InlineData("status")]
    [InlineData("status --json")]
    [InlineData("status --watch 1ms")]
    [InlineData("transfer --to n1")]
    [InlineData("transfer --to n1 --json")]
    [InlineData("verify --data .")]
    [InlineData("verify --data . --json")]
    [InlineData("server")]
    public async Task A_full_disk_under_the_output_is_no_success(string arguments)
    {
        await FillAsync();

        var (code, error) = await RunAsync(arguments, new FullDisk(0));

        Assert.Equal(1, code);
        Assert.Contains(FullDisk.Trouble, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("completion zsh")]
    [InlineData("append -d x")]
    [InlineData("append --stdin --json")]
    [InlineData("get -i 0 -n 100")]
    [InlineData("tail -i 0 --json")]
    [InlineData("status")]
    [InlineData("transfer --to n1")]
    [InlineData("verify --data .")]
    public async Task A_reader_that_has_had_enough_is_a_quiet_end(string arguments)
    {
        await FillAsync();

        var (code, error) = await RunAsync(arguments, new ClosedPipe());

        Assert.Equal(0, code);
        Assert.DoesNotContain("dledger", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_that_fills_up_in_the_middle_leaves_no_success()
    {
        await CommandRun.OfAsync(
            _runtime, ["append", "--stdin"], [.. Enumerable.Repeat("a line of some length\n"u8.ToArray(), 20_000).SelectMany(line => line)]);

        var (code, error) = await RunAsync("get -i 0 -n 20000", new FullDisk(300_000));

        Assert.Equal((1, $"dledger get: {FullDisk.Trouble}\n"), (code, error));
    }

    [Fact]
    public async Task Lines_whose_outcome_cannot_be_told_end_the_reading_and_are_counted()
    {
        var (code, error) = await RunAsync("append --stdin --json", new FullDisk(100_000), new EndlessLines());

        Assert.Equal(1, code);
        Assert.Matches($"^[0-9]+ lines: {_runtime.Ledger.Entries.Count} committed, 0 unknown, 0 rejected", error);
        Assert.Contains($"dledger append: stopped early: {FullDisk.Trouble}\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_that_nobody_wants_to_hear_of_any_more_are_not_all_appended_and_so_no_success()
    {
        var (code, error) = await RunAsync("append --stdin --json", new ClosedPipe(), new EndlessLines());

        Assert.Equal(1, code);
        Assert.Contains("stopped early: nobody reads the output any more", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_that_is_committed_is_said_to_be_although_its_index_cannot_be_written()
    {
        var (code, error) = await RunAsync("append -d x", new FullDisk(0));

        Assert.Equal((1, $"dledger append: committed at index 0\ndledger append: {FullDisk.Trouble}\n"), (code, error));
    }

    [Theory]
    [InlineData("append --stdin")]
    [InlineData("append --stdin --json")]
    public async Task What_cannot_be_said_on_the_error_stream_is_no_success(string arguments)
    {
        using var input = new MemoryStream("a\nb\n"u8.ToArray());
        using var output = new MemoryStream();
        using var error = new ErrorWriter(new FullDisk(0));
        using var terminal = new Terminal(input, output, error, false, false);

        var code = await DLedgerCommandLine.RunAsync(arguments.Split(' '), new CommandContext(terminal, _runtime, TimeProvider.System, default));

        Assert.Equal((1, FullDisk.Trouble), (code, error.Failure));
        Assert.Equal(2, _runtime.Ledger.Entries.Count);
    }

    [Fact]
    public async Task An_error_stream_that_nobody_reads_changes_nothing()
    {
        using var input = new MemoryStream("a\nb\n"u8.ToArray());
        using var error = new ErrorWriter(new ClosedPipe());
        using var terminal = new Terminal(input, Stream.Null, error, false, false);

        Assert.Equal(
            0, await DLedgerCommandLine.RunAsync(["append", "--stdin"], new CommandContext(terminal, _runtime, TimeProvider.System, default)));
        Assert.Equal(2, await DLedgerCommandLine.RunAsync(["nonsense"], new CommandContext(terminal, _runtime, TimeProvider.System, default)));
    }

    [Fact]
    public async Task A_server_whose_log_cannot_be_written_any_more_goes_on_and_stops_cleanly()
    {
        using var disk = new FullDisk(40);
        _runtime.Start = plan =>
        {
            for (var i = 0; i < 5000; i++) plan.Log(new NodeLogLine(NodeLogLevel.Info, "a line"));
            return new FakeNode(plan);
        };

        var (code, error) = await RunAsync("server", disk, stop: new CancellationToken(true));

        Assert.True(_runtime.Node!.StoppedCleanly);
        Assert.Equal(1, code);
        Assert.Matches($"^dledger server: stopped cleanly, but [0-9]+ lines of the log are lost: {FullDisk.Trouble}\n$", error);
    }

    [Fact]
    public async Task A_server_whose_reader_is_gone_goes_on_and_stops_cleanly()
    {
        var (code, error) = await RunAsync("server", new ClosedPipe(), stop: new CancellationToken(true));

        Assert.True(_runtime.Node!.StoppedCleanly);
        Assert.Equal((0, ""), (code, error));
    }

    [Fact]
    public async Task A_reader_that_stands_still_holds_up_neither_the_member_nor_its_stop()
    {
        using var output = new StandstillPipe();
        _runtime.Start = plan =>
        {
            for (var i = 0; i < 5000; i++) plan.Log(new NodeLogLine(NodeLogLevel.Info, "a line"));
            return new FakeNode(plan);
        };

        var (code, _) = await RunAsync("server", output, stop: new CancellationToken(true));

        Assert.True(_runtime.Node!.StoppedCleanly);
        Assert.Equal(0, code);
    }

    [Fact]
    public void Lines_that_were_lost_are_counted_in_the_log_when_it_can_be_written_again()
    {
        using var output = new SickThenWell();
        using (var log = new ServerLog(output))
        {
            log.Say("one");
            log.Say("two");
            log.Say("three");
        }

        Assert.Equal("\n(2 lines of this log could not be written)\nthree\n", Encoding.UTF8.GetString(output.ToArray()));
    }

    private Task<CommandRun> FillAsync()
    {
        _runtime.Ledger.Reports = [new MemberReport(new Member("n0", "localhost", 20911, 30911), SomeStatus.Of("n0", MemberRole.Leader, 9, 8))];
        return CommandRun.OfAsync(_runtime, ["append", "--stdin"], "a\nb\nc\n"u8.ToArray());
    }

    private async Task<(int Code, string Error)> RunAsync(string arguments, Stream output, Stream? input = null, CancellationToken stop = default)
    {
        using var lines = new MemoryStream("x\ny\n"u8.ToArray());
        using var error = new StringWriter { NewLine = "\n" };
        int code;
        using (var terminal = new Terminal(input ?? lines, output, error, false, false))
        {
            code = await DLedgerCommandLine.RunAsync(arguments.Split(' '), new CommandContext(terminal, _runtime, TimeProvider.System, stop));
        }

        return (code, error.ToString());
    }

    /// <summary>A pipe whose reader neither reads nor leaves.</summary>
    private sealed class StandstillPipe : MemoryStream
    {
        private readonly ManualResetEventSlim _never = new();

        public override void Write(byte[] buffer, int offset, int count) => _never.Wait();

        public override void Write(ReadOnlySpan<byte> buffer) => _never.Wait();
    }

    private sealed class SickThenWell : MemoryStream
    {
        private int _writes;

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (_writes++ < 2) throw new IOException(FullDisk.Trouble);
            base.Write(buffer.ToArray(), 0, buffer.Length);
        }
    }
}
