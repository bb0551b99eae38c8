using System.Globalization;
using System.Text.Json;
using Xunit;

namespace DLedger.Host.Tests;

/// <summary>What a user types, as processes over real TCP and a real disk.</summary>
public sealed class ProcessTests
{
    // Small files: the default would allocate half a gigabyte a member.
    private const string SmallStore = "dledger.store.segment-bytes = 16MiB\n";

    [Fact]
    public async Task What_is_appended_is_read_back_also_after_a_restart_and_verifies()
    {
        using var folder = new TempFolder();
        var config = folder.File("a.conf", SmallStore);
        var port = FreePorts.Pick(1)[0].ToString(CultureInfo.InvariantCulture);
        var data = Path.Combine(folder.Path, "dledger-data", "default", "n0");
        string[] server = ["--port", port, "--config", config];
        await using (var first = await DLedgerProcess.ServerAsync(folder.Path, "Leader in term", server))
        {
            Assert.Equal((0, "0\n"), Told(await DLedgerProcess.RunAsync(folder.Path, null, "append", "-d", "Hello World", "--port", port)));
            Assert.Equal((0, "Hello World\n"), Told(await DLedgerProcess.RunAsync(folder.Path, null, "get", "-i", "0", "--port", port)));

            var occupied = await DLedgerProcess.RunAsync(folder.Path, null, "server", "--data", "elsewhere", "--port", port);
            Assert.Equal(1, occupied.Code);
            Assert.Matches($"^dledger server: [^\n]*{port}[^\n]*in use[^\n]*\n$", occupied.Error);

            var locked = await DLedgerProcess.RunAsync(folder.Path, null, "verify", "--data", data);
            Assert.Equal(1, locked.Code);
            Assert.Matches("^dledger verify: [^\n]*in use[^\n]*\n$", locked.Error);

            var stopped = await first.StopAsync();
            Assert.Equal(0, stopped.Code);
            Assert.EndsWith("stopped\n", stopped.Out, StringComparison.Ordinal);
        }

        var verified = await DLedgerProcess.RunAsync(folder.Path, null, "verify", "--data", data, "--json");
        Assert.Equal(0, verified.Code);
        using var report = JsonDocument.Parse(verified.OutBytes);
        Assert.Equal(1, report.RootElement.GetProperty("entries").GetInt64());

        await using var second = await DLedgerProcess.ServerAsync(folder.Path, "Leader in term", server);
        Assert.Equal((0, "Hello World\n"), Told(await DLedgerProcess.RunAsync(folder.Path, null, "get", "-i", "0", "--port", port)));
        var json = await DLedgerProcess.RunAsync(folder.Path, null, "append", "-d", "", "--json", "--port", port);
        Assert.Matches("^{\"index\":1,\"count\":1,\"term\":[0-9]+}\n$", json.Out);
        var beyond = await DLedgerProcess.RunAsync(folder.Path, null, "get", "-i", "7", "--port", port);
        Assert.Equal((1, "dledger get: there is no entry 7: the log holds 0 to 1\n"), (beyond.Code, beyond.Error));
        var group = await DLedgerProcess.RunAsync(folder.Path, null, "append", "-d", "x", "--group", "other", "--port", port);
        Assert.Equal(1, group.Code);
        Assert.Matches("^dledger append: not appended: [^\n]*no such group[^\n]*\n$", group.Error);
    }

    [Fact]
    public async Task A_damaged_store_stops_the_server_and_is_named_by_verify()
    {
        using var folder = new TempFolder();
        var config = folder.File("a.conf", SmallStore);
        var port = FreePorts.Pick(1)[0].ToString(CultureInfo.InvariantCulture);
        var data = Path.Combine(folder.Path, "dledger-data", "default", "n0");
        string[] server = ["--port", port, "--config", config];
        await using (var first = await DLedgerProcess.ServerAsync(folder.Path, "Leader in term", server))
        {
            await DLedgerProcess.RunAsync(
                folder.Path, string.Concat(Enumerable.Range(0, 5000).Select(i => $"a line with number {i}\n")), "append", "--stdin", "--port", port);
            await first.StopAsync();
        }

        var segment = Directory.EnumerateFiles(data, "wal-*.seg").Order(StringComparer.Ordinal).First();
        await using (var file = new FileStream(segment, FileMode.Open))
        {
            file.Position = 40_000;
            file.Write("damage"u8);
        }

        var verified = await DLedgerProcess.RunAsync(folder.Path, null, "verify", "--data", data);

        // An opening reads the log from its last checkpoint on, which a clean stop wrote at its end; the hard state it reads in any case.
        var hardState = Path.Combine(data, "hard-state");
        await File.WriteAllBytesAsync(hardState, new byte[new FileInfo(hardState).Length]);
        var started = await DLedgerProcess.RunAsync(folder.Path, null, ["server", .. server]);

        Assert.Equal(1, verified.Code);
        Assert.Matches($"^dledger verify: [^\n]*{Path.GetFileName(segment)} is damaged at offset [0-9]+[^\n]*\n$", verified.Error);
        Assert.Equal(1, started.Code);
        Assert.Matches($"^dledger server: [^\n]*hard-state is damaged at offset [0-9]+[^\n]*\n$", started.Error);
    }

    [Fact]
    public async Task Three_members_of_the_sample_configuration_replicate_and_hand_over()
    {
        using var folder = new TempFolder();
        var ports = FreePorts.Pick(6);
        var peers = string.Join(';', Enumerable.Range(0, 3).Select(i => $"n{i}-127.0.0.1:{ports[2 * i]}/{ports[(2 * i) + 1]}"));
        string[] members = ["--config", Path.Combine(AppContext.BaseDirectory, "cluster.conf"), "--peers", peers];
        await using var n0 = await DLedgerProcess.ServerAsync(folder.Path, "listens on", ["--id", "n0", .. members]);
        await using var n1 = await DLedgerProcess.ServerAsync(folder.Path, "listens on", ["--id", "n1", .. members]);
        await using var n2 = await DLedgerProcess.ServerAsync(folder.Path, "listens on", ["--id", "n2", .. members]);
        string[] patient = [.. members, "--timeout", "60s"];

        var lines = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"line {i}\n"));
        var appended = await DLedgerProcess.RunAsync(folder.Path, lines, ["append", "--stdin", .. patient]);
        var before = await DLedgerProcess.RunAsync(folder.Path, null, ["status", "--json", .. patient]);
        // Whoever was elected: another one shall lead.
        var to = Leader(before) == "n2" ? "n1" : "n2";
        var transferred = await DLedgerProcess.RunAsync(folder.Path, null, ["transfer", "--to", to, .. patient]);
        var read = await DLedgerProcess.RunAsync(folder.Path, null, ["get", "-i", "0", "-n", "20000", .. patient]);
        var status = await DLedgerProcess.RunAsync(folder.Path, null, ["status", "--json", .. patient]);

        Assert.Equal(0, Done(appended));
        Assert.StartsWith("20000 lines: 20000 committed, 0 unknown, 0 rejected", appended.Error, StringComparison.Ordinal);
        Assert.Equal(0, Done(transferred));
        Assert.StartsWith($"{to} leads in term ", transferred.Out, StringComparison.Ordinal);
        Assert.Equal(lines, read.Out);
        using var json = JsonDocument.Parse(status.OutBytes);
        Assert.Equal(["n0", "n1", "n2"], json.RootElement.EnumerateArray().Select(member => member.GetProperty("id").GetString()));
        Assert.All(json.RootElement.EnumerateArray(), member =>
        {
            Assert.True(member.GetProperty("reachable").GetBoolean());
            Assert.Equal(to, member.GetProperty("leader").GetString());
            Assert.Equal(0, member.GetProperty("firstIndex").GetInt64());
        });
        Assert.Equal(0, (await n2.StopAsync()).Code);
    }

    private static string? Leader(CommandRun status)
    {
        using var json = JsonDocument.Parse(status.OutBytes);
        return json.RootElement.EnumerateArray().First(member => member.GetProperty("role").GetString() == "Leader").GetProperty("id").GetString();
    }

    [Fact]
    public async Task Wrong_usage_of_the_process_exits_with_2()
    {
        using var folder = new TempFolder();

        var run = await DLedgerProcess.RunAsync(folder.Path, null, "get", "-i", "minus one");

        Assert.Equal(2, run.Code);
        Assert.Empty(run.Out);
        Assert.Equal("dledger get: --index: 'minus one' is not a number of 0 or more. See 'dledger get --help'.\n", run.Error);
    }

    [Fact]
    public async Task The_demo_ends_well_and_cleans_up()
    {
        using var folder = new TempFolder();

        var run = await DLedgerProcess.RunAsync(folder.Path, null, "demo", "--entries", "2000");

        Assert.Equal(0, Done(run));
        Assert.Contains("without a leader", run.Out, StringComparison.Ordinal);
        Assert.Contains("n2 holds all", run.Out, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task The_bench_prints_what_the_design_names()
    {
        using var folder = new TempFolder();

        var run = await DLedgerProcess.RunAsync(
            folder.Path, null, "bench", "--nodes", "1", "--seconds", "1", "--outstanding", "16", "--size", "100", "--durability", "memory", "--json");

        Assert.Equal(("", 0), (run.Error, run.Code));
        using var json = JsonDocument.Parse(run.OutBytes);
        foreach (var name in (string[])["size", "outstanding", "nodes", "throughput", "p50Ms", "p99Ms", "p999Ms", "errors"])
            Assert.True(json.RootElement.GetProperty(name).GetDouble() >= 0, name);
        Assert.Equal("memory", json.RootElement.GetProperty("durability").GetString());
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    private static int Done(CommandRun run) => run.Code == 0 ? 0 : throw new Xunit.Sdk.XunitException(run.Error);

    private static (int Code, string Out) Told(CommandRun run) => (run.Code, run.Out);
}
