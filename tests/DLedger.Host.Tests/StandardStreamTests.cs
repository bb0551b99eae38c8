using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace DLedger.Host.Tests;

/// <summary>Real processes whose standard streams are full, closed, or left by whoever read them.</summary>
public sealed class StandardStreamTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _port = FreePorts.Pick(1)[0].ToString(CultureInfo.InvariantCulture);
    private readonly string[] _server;

    public StandardStreamTests() =>
        _server =
            ["--port", _port, "--config", _folder.File("a.conf", "dledger.store.segment-bytes = 16MiB\ndledger.id = ${?DLEDGER_TEST_NOT_SET}\n")];

    public void Dispose() => _folder.Dispose();

    [LinuxFact]
    public async Task What_a_full_disk_does_not_take_is_no_success()
    {
        await using var server = await DLedgerProcess.ServerAsync(_folder.Path, "Leader in term", _server);
        var lines = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"a line with number {i}\n"));
        Assert.Equal(0, (await RunAsync(lines, "2>&1", "append", "--stdin")).Code);

        foreach (
            var command in (string[][])[["get", "-i", "0", "-n", "20000"], ["get", "-i", "0", "--json"], ["status"], ["status", "--json"], ["append",
                "-d", "x"], ["tail", "-i", "0"]])
        {
            var run = await RunAsync(null, ">/dev/full", command);
            Assert.Equal(1, run.Code);
            Assert.Matches($"(^|\n)dledger {command[0]}: cannot write the output: No space left on device\n$", run.Error);
        }

        Assert.Equal(1, (await RunAsync("a\nb\n", "2>/dev/full", "append", "--stdin")).Code);
        var quiet = await DLedgerProcess.RunRedirectedAsync(_folder.Path, null, $"get -i 0 -n 20000 --port {_port} | head -1");
        Assert.Equal((0, "a line with number 0\n", ""), (quiet.Code, quiet.Out, quiet.Error));
    }

    [LinuxFact]
    public async Task Help_and_a_server_that_cannot_say_anything_end_with_1()
    {
        foreach (var command in (string[])["--help", "--version", "help get", "completion bash", "server"])
        {
            var run = await DLedgerProcess.RunRedirectedAsync(_folder.Path, null, $"{command} >/dev/full");
            Assert.Equal(1, run.Code);
            Assert.Contains("cannot write the output: No space left on device", run.Error, StringComparison.Ordinal);
        }
    }

    [LinuxFact]
    public async Task A_server_with_closed_streams_runs_and_stops_cleanly()
    {
        await using (var server = DLedgerProcess.Redirected(_folder.Path, "<&- >&- 2>&-", ["server", .. _server]))
        {
            var appended = await DLedgerProcess.RunAsync(_folder.Path, null, "append", "-d", "x", "--port", _port, "--timeout", "60s");
            Assert.Equal((0, "0\n"), (appended.Code, appended.Out));
            Assert.Equal(0, (await server.StopAsync()).Code);
        }

        var verified = await DLedgerProcess.RunAsync(
            _folder.Path, null, "verify", "--data", Path.Combine(_folder.Path, "dledger-data", "default", "n0"));
        Assert.Equal(0, verified.Code);
    }

    [LinuxFact]
    public async Task A_command_with_a_closed_stream_says_so()
    {
        var input = await DLedgerProcess.RunRedirectedAsync(_folder.Path, null, "append --stdin <&-");
        var output = await DLedgerProcess.RunRedirectedAsync(_folder.Path, null, "--version >&-");
        var both = await DLedgerProcess.RunRedirectedAsync(_folder.Path, null, "append --stdin <&- >&-");

        Assert.Equal((2, "dledger append: --stdin: standard input is closed. See 'dledger append --help'.\n"), (input.Code, input.Error));
        Assert.Equal((1, "dledger: cannot write the output: it was closed when this command was started\n"), (output.Code, output.Error));
        Assert.Equal(2, both.Code);
    }

    [LinuxFact]
    public async Task A_server_whose_reader_went_away_stops_cleanly()
    {
        var pipe = await PipeAsync();
        await using var server = DLedgerProcess.Redirected(_folder.Path, $">{pipe} 2>&1", ["server", .. _server]);
        using (var reader = new StreamReader(await Task.Run(() => File.OpenRead(pipe))))
        {
            while (await reader.ReadLineAsync() is { } line && !line.Contains("Leader in term", StringComparison.Ordinal))
            {
                // Not there yet.
            }
        }

        // The wrong name makes the member log something.
        await DLedgerProcess.RunAsync(_folder.Path, null, "append", "-d", "x", "--host", "127.0.0.1", "--port", _port, "--timeout", "1s");
        var appended = await DLedgerProcess.RunAsync(_folder.Path, null, "append", "-d", "x", "--port", _port);

        Assert.Equal((0, "0\n"), (appended.Code, appended.Out));
        Assert.Equal(0, (await server.StopAsync()).Code);
    }

    [LinuxFact]
    public async Task A_terminal_that_goes_away_stops_a_server_cleanly()
    {
        await using var server = await DLedgerProcess.ServerAsync(_folder.Path, "Leader in term", _server);

        var stopped = await server.StopAsync("HUP");

        Assert.Equal(0, stopped.Code);
        Assert.EndsWith("stopped\n", stopped.Out, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task A_client_that_writes_the_host_differently_is_told_of_once()
    {
        await using var server = await DLedgerProcess.ServerAsync(_folder.Path, "Leader in term", _server);
        for (var i = 0; i < 2; i++)
            Assert.Equal(
                1,
                (
                    await DLedgerProcess.RunAsync(
                        _folder.Path, null, "append", "-d", "x", "--host", "127.0.0.1", "--port", _port, "--timeout", "1s")).Code);

        var stopped = await server.StopAsync();

        Assert.DoesNotContain("ERROR", stopped.Out, StringComparison.Ordinal);
        Assert.Equal(2, stopped.Out.Split($"WARNING a message for akka.tcp://dledger@127.0.0.1:{_port} is dropped").Length);
    }

    [LinuxFact]
    public async Task A_body_that_is_not_utf8_is_refused_and_goes_through_as_a_line()
    {
        await using var server = await DLedgerProcess.ServerAsync(_folder.Path, "Leader in term", _server);

        var refused = await DLedgerProcess.RunRedirectedAsync(_folder.Path, null, $"append --port {_port} -d \"$(printf 'a\\377b')\"");
        var written = await DLedgerProcess.RunRedirectedAsync(_folder.Path, null, $"append --port {_port} -d 'a\uFFFDb'");
        await File.WriteAllBytesAsync(Path.Combine(_folder.Path, "bytes"), [(byte)'a', 0xff, 0xc0, 0x00]);
        var line = await DLedgerProcess.RunRedirectedAsync(_folder.Path, null, $"append --stdin --port {_port} <bytes");
        var read = await DLedgerProcess.RunAsync(_folder.Path, null, "get", "-i", "1", "--json", "--port", _port);

        Assert.Equal(2, refused.Code);
        Assert.Matches("^dledger append: argument 5, [^\n]* is no valid text[^\n]*\n$", refused.Error);
        Assert.Equal((0, "0\n"), (written.Code, written.Out));
        Assert.Equal(0, line.Code);
        Assert.Contains($"\"body\":\"{Convert.ToBase64String([(byte)'a', 0xff, 0xc0, 0x00])}\"", read.Out, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task A_configuration_that_nobody_writes_does_not_hold_up_a_stop()
    {
        var pipe = await PipeAsync();
        await using var server = DLedgerProcess.Redirected(_folder.Path, "", "server", "--config", pipe);

        // Opened as soon as the server reads from it, and never written to.
        await using var writer = await Task.Run(() => new FileStream(pipe, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0));
        var stopped = await server.StopAsync();

        Assert.Equal((1, "dledger server: interrupted\n"), (stopped.Code, stopped.Error));
    }

    [LinuxFact]
    public async Task A_stop_that_comes_before_the_configuration_is_read_does_not_wait_for_it_either()
    {
        var pipe = await PipeAsync();
        await using var neverWritten = new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);

        var run = await CommandRun.OfAsync(new FakeRuntime(), ["server", "--config", pipe], stop: new CancellationToken(true));

        Assert.Equal((1, "dledger server: interrupted\n"), (run.Code, run.Error));
    }

    private async Task<string> PipeAsync()
    {
        var pipe = Path.Combine(_folder.Path, "pipe");
        using var made = Process.Start("mkfifo", [pipe]);
        await made.WaitForExitAsync();
        return pipe;
    }

    private Task<CommandRun> RunAsync(string? input, string redirections, params string[] arguments) =>
        DLedgerProcess.RunRedirectedAsync(_folder.Path, input, redirections, [.. arguments, "--port", _port]);
}
