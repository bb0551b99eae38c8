using Xunit;

namespace DLedger.Host.Tests;

/// <summary>Command line over --config over defaults.</summary>
public sealed class TargetTests
{
    private readonly FakeRuntime _runtime = new();

    [Fact]
    public async Task Without_options_a_client_talks_to_localhost_20911()
    {
        await CommandRun.OfAsync(_runtime, ["append", "-d", "x"]);

        Assert.Equal("localhost:20911", Assert.Single(_runtime.Target!.Members).Address);
        Assert.Equal("default", _runtime.Target.Group);
        Assert.Equal("dledger", _runtime.Target.System);
        Assert.Equal(TimeSpan.FromSeconds(10), _runtime.Target.Timeout);
    }

    [Fact]
    public async Task A_member_to_read_from_may_be_named_on_the_command_line_or_in_the_file()
    {
        const string Peers = "a-host1:1;b-host2:2";
        await CommandRun.OfAsync(_runtime, ["get", "-i", "0", "--peers", Peers, "--read-from", "b"]);
        Assert.Equal(["b"], _runtime.Target!.ReadFrom);

        using var folder = new TempFolder();
        var file = folder.File("a.conf", $"dledger.id = a\ndledger.peers = \"{Peers}\"\ndledger.client.read-from = [a]\n");
        await CommandRun.OfAsync(_runtime, ["get", "-i", "0", "--config", file]);
        Assert.Equal(["a"], _runtime.Target.ReadFrom);
    }

    [Fact]
    public async Task Peers_need_not_hold_an_n0()
    {
        await CommandRun.OfAsync(_runtime, ["append", "-d", "x", "--peers", "a-host1:1;b-host2:2", "--timeout", "500ms"]);

        Assert.Equal(["a", "b"], _runtime.Target!.Members.Select(member => member.Id));
        Assert.Equal(TimeSpan.FromMilliseconds(500), _runtime.Target.Timeout);
    }

    [Fact]
    public async Task The_command_line_comes_before_the_file_and_the_file_before_the_defaults()
    {
        using var folder = new TempFolder();
        var file = folder.File(
            "a.conf", "dledger.group = fromfile\ndledger.id = x1\ndledger.peers = \"x1-host1:7001;x2-host2:7002\"\ndledger.data-dir = /fromfile\n");

        await CommandRun.OfServerAsync(_runtime, ["server", "--config", file, "--id", "x2"]);

        Assert.Equal("x2", _runtime.Plan!.Settings.Id);
        Assert.Equal("fromfile", _runtime.Plan.Settings.Group);
        Assert.Equal("/fromfile", _runtime.Plan.Settings.DataDir);
        Assert.Equal(2, _runtime.Plan.Settings.Members.Count);
        Assert.Equal(Durability.Disk, _runtime.Plan.Settings.Durability);
    }

    [Fact]
    public async Task A_client_takes_the_members_from_the_file()
    {
        using var folder = new TempFolder();
        var file = folder.File("a.conf", "dledger.group = fromfile\ndledger.peers = \"x1-host1:7001;x2-host2:7002\"\n");

        await CommandRun.OfAsync(_runtime, ["append", "-d", "x", "--config", file]);

        Assert.Equal(["host1:7001", "host2:7002"], _runtime.Target!.Members.Select(member => member.Address));
        Assert.Equal("fromfile", _runtime.Target.Group);
    }

    [Fact]
    public async Task A_server_without_options_is_a_group_of_one_beside_the_current_folder()
    {
        await CommandRun.OfServerAsync(_runtime, ["server"]);

        var settings = _runtime.Plan!.Settings;
        Assert.Equal("n0-localhost:20911", Assert.Single(settings.Members).ToString());
        Assert.Equal(Path.GetFullPath("./dledger-data/default/n0"), Path.GetFullPath(settings.DataDir));
    }

    [Fact]
    public async Task A_server_on_another_port_and_folder()
    {
        await CommandRun.OfServerAsync(
            _runtime, ["server", "--id", "m7", "--host", "::1", "--port", "60000", "--data", "a \"b\" \\c", "--durability", "memory"]);

        var settings = _runtime.Plan!.Settings;
        Assert.Equal("m7", settings.Id);
        Assert.Equal("[::1]:60000", settings.Self.Address);
        Assert.Equal("a \"b\" \\c", settings.DataDir);
        Assert.Equal(Durability.Memory, settings.Durability);
    }

    [Fact]
    public async Task A_server_says_what_it_is_and_stops_when_asked()
    {
        var run = await CommandRun.OfServerAsync(_runtime, ["server"]);

        Assert.Equal(0, run.Code);
        Assert.True(_runtime.Node!.StoppedCleanly);
        Assert.Contains("listens on localhost:20911", run.Out, StringComparison.Ordinal);
        Assert.Contains("dledger-data", run.Out, StringComparison.Ordinal);
        Assert.EndsWith("stopped\n", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_stopped_for_good_ends_the_server_with_its_reason()
    {
        _runtime.Start = plan =>
        {
            plan.Log(new NodeLogLine(NodeLogLevel.Warning, "two\nlines"));
            var node = new FakeNode(plan);
            node.Failed.SetResult("the disk is sick");
            return node;
        };

        var run = await CommandRun.OfAsync(_runtime, ["server"]);

        Assert.Equal(1, run.Code);
        Assert.Equal("dledger server: member n0 stopped: the disk is sick\n", run.Error);
        Assert.Contains("WARNING two lines\n", run.Out, StringComparison.Ordinal);
        Assert.False(_runtime.Node!.StoppedCleanly);
    }
}
