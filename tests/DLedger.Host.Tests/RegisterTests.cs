using System.Globalization;
using Xunit;

namespace DLedger.Host.Tests;

/// <summary>The register: its machine, its commands, and both together in processes.</summary>
public sealed class RegisterTests
{
    private readonly FakeRuntime _runtime = new();

    [Fact]
    public async Task What_is_written_is_read_and_compared()
    {
        Assert.Equal((1, "", "dledger read: key '13' has no value\n"), await RunAsync("read", "-k", "13"));
        Assert.Equal((0, "0\n", ""), await RunAsync("write", "-k", "13", "-v", "31"));
        Assert.Equal((0, "31\n", ""), await RunAsync("read", "-k", "13"));
        Assert.Equal((1, "", "dledger cas: not set: key '13' has '31'\n"), await RunAsync("cas", "-k", "13", "--expect", "30", "-v", "32"));
        Assert.Equal((0, "2\n", ""), await RunAsync("cas", "-k", "13", "--expect", "31", "-v", "32"));
        Assert.Equal((0, "32\n", ""), await RunAsync("read", "-k", "13", "--mode", "local"));
        Assert.Equal((0, "3\n", ""), await RunAsync("cas", "-k", "new", "-v", ""));
        Assert.Equal((1, "", "dledger cas: not set: key 'new' has ''\n"), await RunAsync("cas", "-k", "new", "-v", "x"));
    }

    [Fact]
    public async Task An_order_without_a_reply_says_why_in_one_line()
    {
        _runtime.Ledger.Script = _ => new AppendResult.Rejected(RejectReason.NoStateMachine, null, "this member was started without a state machine");
        var (code, _, error) = await RunAsync("write", "-k", "1", "-v", "2");
        Assert.Equal(1, code);
        Assert.StartsWith("dledger write: not applied: the members have no state machine", error, StringComparison.Ordinal);
        _runtime.Ledger.Script = _ => new AppendResult.Unknown(UnknownReason.TimedOut);
        Assert.Equal((1, "", "dledger write: it may be applied or not: no answer in time\n"), await RunAsync("write", "-k", "1", "-v", "2"));
    }

    [Fact]
    public void An_entry_that_is_no_order_changes_nothing_and_stops_nobody()
    {
        var machine = new RegisterMachine();
        Assert.False(machine.Apply(RegisterOrder.TryDecode("Hello World"u8.ToArray())).Done);
        var order = new RegisterOrder(RegisterOp.CompareAndSet, "k", null, "v").Encode();
        for (var length = 0; length < order.Length; length++) Assert.Null(RegisterOrder.TryDecode(order.AsMemory(0, length)));
        Assert.Equal(new RegisterOrder(RegisterOp.CompareAndSet, "k", null, "v"), RegisterOrder.TryDecode(order));
    }

    [Fact]
    public void A_state_that_was_written_comes_back()
    {
        var machine = new RegisterMachine();
        machine.Apply(new RegisterOrder(RegisterOp.Write, "k", null, "v"));
        using var view = machine.TakeView();
        machine.Apply(new RegisterOrder(RegisterOp.Write, "k", null, "later"));
        using var written = new MemoryStream();
        view.WriteTo(written);
        written.Position = 0;
        var other = new RegisterMachine();
        other.Restore(written, 1);
        Assert.Equal("v", other.Apply(new RegisterOrder(RegisterOp.Read, "k", null, null)).Value);
    }

    [Fact]
    public async Task A_server_with_a_register_keeps_its_values_over_a_restart()
    {
        using var folder = new TempFolder();
        var config = folder.File("a.conf", "dledger.store.segment-bytes = 16MiB\n");
        var port = FreePorts.Pick(1)[0].ToString(CultureInfo.InvariantCulture);
        string[] server = ["--port", port, "--config", config, "--state-machine", "register"];
        await using (var first = await DLedgerProcess.ServerAsync(folder.Path, "Leader in term", server))
        {
            Assert.Equal("0\n", (await DLedgerProcess.RunAsync(folder.Path, null, "write", "-k", "13", "-v", "31", "--port", port)).Out);
            Assert.Equal("1\n", (await DLedgerProcess.RunAsync(folder.Path, null, "append", "-d", "no order", "--port", port)).Out);
            Assert.Equal("31\n", (await DLedgerProcess.RunAsync(folder.Path, null, "read", "-k", "13", "--port", port)).Out);
            await first.StopAsync();
        }

        await using var second = await DLedgerProcess.ServerAsync(folder.Path, "Leader in term", server);
        Assert.Equal("31\n", (await DLedgerProcess.RunAsync(folder.Path, null, "read", "-k", "13", "--port", port)).Out);
        Assert.Equal("2\n", (await DLedgerProcess.RunAsync(folder.Path, null, "cas", "-k", "13", "--expect", "31", "-v", "32", "--port", port)).Out);
    }

    private async Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments)
    {
        var run = await CommandRun.OfAsync(_runtime, arguments);
        return (run.Code, run.Out, run.Error);
    }
}
