using System.Text.Json;
using DLedger.Core;
using Xunit;

namespace DLedger.Host.Tests;

public sealed class ReadAndStatusTests
{
    private readonly FakeRuntime _runtime = new();

    [Fact]
    public async Task Get_prints_bodies_as_they_are()
    {
        await CommandRun.OfAsync(_runtime, ["append", "--stdin"], [.. "Hello World\n"u8, 0xff, (byte)'\n', .. "a\"b\n"u8]);

        var raw = await CommandRun.OfAsync(_runtime, ["get", "-i", "0", "-n", "10"]);
        var json = await CommandRun.OfAsync(_runtime, ["get", "-i", "0", "-n", "3", "--json"]);

        Assert.Equal([.. "Hello World\n"u8, 0xff, (byte)'\n', .. "a\"b\n"u8], raw.OutBytes);
        Assert.Equal(
            """
            {"index":0,"term":1,"body":"Hello World","encoding":"utf8"}
            {"index":1,"term":1,"body":"/w==","encoding":"base64"}
            {"index":2,"term":1,"body":"a\"b","encoding":"utf8"}

            """,
            json.Out);
    }

    [Fact]
    public async Task Get_of_many_goes_over_several_reads()
    {
        await CommandRun.OfAsync(_runtime, ["append", "--stdin"], [.. Enumerable.Repeat((byte)'\n', 5000)]);

        var run = await CommandRun.OfAsync(_runtime, ["get", "-i", "100", "-n", "4000"]);

        Assert.Equal(0, run.Code);
        Assert.Equal(4000, run.OutBytes.Length);
    }

    [Fact]
    public async Task An_index_out_of_range_names_both_bounds()
    {
        var empty = await CommandRun.OfAsync(_runtime, ["get", "-i", "0"]);
        await CommandRun.OfAsync(_runtime, ["append", "-d", "x"]);
        var beyond = await CommandRun.OfAsync(_runtime, ["get", "-i", "1"]);

        Assert.Equal((1, "dledger get: there is no entry 0: nothing is committed yet\n"), (empty.Code, empty.Error));
        Assert.Equal((1, "dledger get: there is no entry 1: the log holds 0 to 0\n"), (beyond.Code, beyond.Error));
    }

    [Fact]
    public async Task Tail_prints_from_where_it_is_told()
    {
        await CommandRun.OfAsync(_runtime, ["append", "--stdin"], "a\nb\nc\n"u8.ToArray());

        var run = await CommandRun.OfAsync(_runtime, ["tail", "-i", "1"]);

        Assert.Equal("b\nc\n", run.Out);
    }

    [Fact]
    public async Task A_reader_that_has_had_enough_is_no_failure()
    {
        await CommandRun.OfAsync(_runtime, ["append", "--stdin"], "a\nb\nc\n"u8.ToArray());
        using var error = new StringWriter { NewLine = "\n" };
        int code;
        using (var terminal = new Terminal(Stream.Null, new ClosedPipe(), error, false, false))
        {
            code = await DLedgerCommandLine.RunAsync(["tail", "-i", "0"], new CommandContext(terminal, _runtime, TimeProvider.System, default));
        }

        Assert.Equal((0, ""), (code, error.ToString()));
    }

    [Fact]
    public async Task Status_as_json_holds_what_the_design_names()
    {
        _runtime.Ledger.Reports = Reports();

        var run = await CommandRun.OfAsync(_runtime, ["status", "--json"]);

        Assert.Equal(0, run.Code);
        using var json = JsonDocument.Parse(run.OutBytes);
        var members = json.RootElement.EnumerateArray().ToList();
        Assert.Equal(3, members.Count);
        var leader = members[0];
        Assert.Equal("n0", leader.GetProperty("id").GetString());
        Assert.Equal("localhost:20911", leader.GetProperty("address").GetString());
        Assert.Equal("Leader", leader.GetProperty("role").GetString());
        Assert.Equal(3, leader.GetProperty("term").GetInt64());
        Assert.Equal("n0", leader.GetProperty("leader").GetString());
        Assert.Equal(0, leader.GetProperty("firstIndex").GetInt64());
        Assert.Equal(9, leader.GetProperty("lastIndex").GetInt64());
        Assert.Equal(8, leader.GetProperty("committedIndex").GetInt64());
        Assert.Equal(9, leader.GetProperty("flushedIndex").GetInt64());
        Assert.True(leader.GetProperty("reachable").GetBoolean());
        Assert.Equal(4, members[1].GetProperty("lag").GetInt64());
        var away = members[2];
        Assert.False(away.GetProperty("reachable").GetBoolean());
        Assert.Equal(-1, away.GetProperty("lastIndex").GetInt64());
        Assert.Equal(JsonValueKind.Null, away.GetProperty("role").ValueKind);
    }

    [Fact]
    public async Task Status_as_a_table_has_a_line_per_member()
    {
        _runtime.Ledger.Reports = Reports();

        var run = await CommandRun.OfAsync(_runtime, ["status"]);

        Assert.Equal(0, run.Code);
        var lines = run.Out.Split('\n');
        Assert.Contains(lines, line => line.Contains("n0", StringComparison.Ordinal) && line.Contains("Leader", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("n1", StringComparison.Ordinal) && line.Contains("has not met [n2]", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("n2", StringComparison.Ordinal) && line.Contains("unreachable", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Status_without_an_answer_fails_but_shows_what_it_has()
    {
        _runtime.Ledger.Reports = [new MemberReport(new Member("n0", "localhost", 20911, 30911), null)];

        var run = await CommandRun.OfAsync(_runtime, ["status", "--json"]);

        Assert.Equal(1, run.Code);
        Assert.StartsWith("[{\"id\":\"n0\"", run.Out, StringComparison.Ordinal);
        Assert.Equal("dledger status: no member answered in time\n", run.Error);
    }

    [Fact]
    public async Task Transfer_says_who_leads()
    {
        var done = await CommandRun.OfAsync(_runtime, ["transfer", "--to", "n1"]);
        _runtime.Ledger.Transfer = new TransferResult.Failed("n1 is too far behind");
        var failed = await CommandRun.OfAsync(_runtime, ["transfer", "--to", "n1"]);

        Assert.Equal((0, "n1 leads in term 4\n"), (done.Code, done.Out));
        Assert.Equal((1, "dledger transfer: not transferred: n1 is too far behind\n"), (failed.Code, failed.Error));
    }

    [Fact]
    public async Task Verify_tells_damage_with_file_and_offset()
    {
        using var folder = new TempFolder();
        var intact = await CommandRun.OfAsync(_runtime, ["verify", "--data", folder.Path]);
        var damage = new StoreDamagedException("wal.0", 4711, "the CRC does not hold");
        var whole = _runtime.Verify("");
        _runtime.Verify = _ => whole with { Damage = damage.Message, DamagedFile = damage.File, DamagedAt = damage.Offset };
        var damaged = await CommandRun.OfAsync(_runtime, ["verify", "--data", folder.Path]);

        Assert.Equal(0, intact.Code);
        Assert.Contains("is intact", intact.Out, StringComparison.Ordinal);
        Assert.Equal(1, damaged.Code);
        Assert.Matches("^dledger verify: wal.0 is damaged at offset 4711[^\n]*\n$", damaged.Error);
    }

    private static MemberReport[] Reports() =>
    [
        new(new Member("n0", "localhost", 20911, 30911), SomeStatus.Of("n0", MemberRole.Leader, 9, 8, leaderAddress: "localhost:20911")),
        new(new Member("n1", "localhost", 20912, 30912), SomeStatus.Of("n1", MemberRole.Follower, 5, 5, problem: "has not met [n2]")),
        new(new Member("n2", "localhost", 20913, 30913), null),
    ];
}
