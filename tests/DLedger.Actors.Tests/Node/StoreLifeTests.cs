using Akka.Actor;
using Akka.Configuration;
using DLedger.Core;
using DLedger.Node;
using DLedger.Remoting;
using Xunit;

namespace DLedger.Actors.Tests.Node;

/// <summary>A store is closed by somebody whatever ends first, and a disk that hangs holds up nothing else.</summary>
public sealed class StoreLifeTests : IDisposable
{
    private static readonly TimeSpan HangTimeout = TimeSpan.FromSeconds(60);

    private readonly HangingStores _stores = new();

    private readonly ActorSystem _system = ActorSystem.Create(
        "life", ConfigurationFactory.ParseString("akka.loglevel = OFF\nakka.stdout-loglevel = OFF").WithFallback(RemotingConfig.Dispatchers));

    private DLedgerExtension Ledger => DLedgerExtension.Get(_system);

    public void Dispose()
    {
        _stores.Dispose();
        _system.Terminate().Wait(HangTimeout);
    }

    [Fact]
    public async Task A_store_that_is_still_opening_when_the_system_ends_is_closed_as_soon_as_it_is_open()
    {
        Ledger.CloseTimeMax = TimeSpan.FromMilliseconds(1);
        _stores.MayOpen.Reset();
        Ledger.Start(Settings(), _stores);
        Assert.True(_stores.OpenReached.Wait(HangTimeout));
        await _system.Terminate().WaitAsync(HangTimeout);
        Assert.False(_stores.Closed.IsSet);
        _stores.MayOpen.Set();
        Assert.True(_stores.Closed.Wait(HangTimeout), "Nobody closed it.");
    }

    [Fact]
    public async Task The_end_of_the_system_waits_for_the_store_to_close()
    {
        await RunningAsync();
        await _system.Terminate().WaitAsync(HangTimeout);
        Assert.True(_stores.Closed.IsSet);
    }

    [Fact]
    public async Task A_disk_that_hangs_does_not_hold_the_end_of_the_system()
    {
        Ledger.CloseTimeMax = TimeSpan.FromMilliseconds(50);
        await RunningAsync();
        _stores.MayClose.Reset();
        await _system.Terminate().WaitAsync(HangTimeout);
        Assert.False(_stores.Closed.IsSet);
    }

    [Fact]
    public async Task A_disk_that_hangs_does_not_hold_a_stop_which_says_so()
    {
        Ledger.CloseTimeMax = TimeSpan.FromMilliseconds(50);
        await RunningAsync();
        _stores.MayClose.Reset();
        Assert.Contains("did not close", Failure(await Ledger.StopAsync("default").WaitAsync(HangTimeout)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_that_hangs_while_it_is_opened_does_not_hold_a_stop_and_the_store_is_closed_in_the_end()
    {
        Ledger.CloseTimeMax = TimeSpan.FromMilliseconds(50);
        _stores.MayOpen.Reset();
        Ledger.Start(Settings(), _stores);
        Assert.True(_stores.OpenReached.Wait(HangTimeout));
        Assert.Contains("did not open", Failure(await Ledger.StopAsync("default").WaitAsync(HangTimeout)), StringComparison.Ordinal);
        _stores.MayOpen.Set();
        Assert.True(_stores.Closed.Wait(HangTimeout), "Nobody closed it.");
    }

    [Fact]
    public async Task A_disk_that_hangs_holds_up_no_other_group()
    {
        await RunningAsync();
        var hanging = Enumerable.Range(0, 20).Select(_ => new HangingStores()).ToArray();
        try
        {
            for (var i = 0; i < hanging.Length; i++)
            {
                hanging[i].MayOpen.Reset();
                Ledger.Start(Settings($"group{i}"), hanging[i]);
                Assert.True(hanging[i].OpenReached.Wait(HangTimeout), $"{i} others hold up the opening.");
            }

            Assert.IsType<ReadResult.Rejected>(await _system.ActorSelection("/user/dledger/group0").Ask(new Read(0), HangTimeout));
            Assert.IsType<AppendResult.Committed>(
                await _system.ActorSelection("/user/dledger/default").Ask(new Append("x"u8.ToArray()), HangTimeout));
        }
        finally
        {
            foreach (var stores in hanging) stores.Dispose();
        }
    }

    [Fact]
    public async Task A_stop_is_answered_when_the_system_ends_meanwhile()
    {
        await RunningAsync();
        _stores.MayClose.Reset();
        var stop = Ledger.StopAsync("default");
        Assert.True(_stores.CloseReached.Wait(HangTimeout));
        var end = _system.Terminate();
        _stores.MayClose.Set();
        // Either way it is answered: it stopped, or it ended with the system.
        await stop.WaitAsync(HangTimeout);
        await end.WaitAsync(HangTimeout);
    }

    [Fact]
    public async Task A_stop_is_answered_when_the_system_has_ended_before()
    {
        await RunningAsync();
        await _system.Terminate().WaitAsync(HangTimeout);
        Assert.Contains("has ended", Failure(await Ledger.StopAsync("default").WaitAsync(HangTimeout)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_durability_that_the_stores_do_not_have_is_refused_in_one_line_with_key_and_factory()
    {
        var refused = Assert.Throws<SettingsException>(() => Ledger.Start(Settings(), new MemoryLogStoreFactory(Guid.NewGuid)));
        Assert.Contains("dledger.durability = disk", refused.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(MemoryLogStoreFactory), refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
        refused = Assert.Throws<SettingsException>(() => Ledger.Start(Settings("other", "memory"), _stores));
        Assert.Contains("dledger.durability = memory", refused.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(HangingStores), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stall_that_ends_while_the_owner_is_told_of_it_is_not_told_in_the_wrong_order()
    {
        var told = new List<bool>();
        StoreEvents? events = null;
        Thread? other = null;
        events = new StoreEvents(new Owner(_ => { }));
        events.Stalled(true);
        var owner = new Owner(message =>
        {
            if (message is not StoreStalled stalled) return;
            if (stalled.Stalled && other is null)
            {
                other = new Thread(() => events!.Stalled(false));
                other.Start();
                // Done by then, it was told before this one arrived; else it waits for its turn.
                other.Join(TimeSpan.FromMilliseconds(100));
            }

            lock (told) told.Add(stalled.Stalled);
        });
        events.AttachTo(owner);
        other!.Join();
        Assert.Equal([true, false], told);
    }

    private static string Failure(StopResult result) => Assert.IsType<StopResult.Failed>(result).Reason;

    private static DLedgerSettings Settings(string group = "default", string durability = "disk") =>
        DLedgerSettings.FromConfig(ConfigurationFactory.ParseString($$"""
        dledger {
          id = n0
          group = {{group}}
          peers = "n0-127.0.0.1:21900"
          durability = {{durability}}
          election-timeout-min = 150ms
          election-timeout-max = 300ms
          heartbeat-interval = 30ms
        }
        """));

    private async Task RunningAsync()
    {
        Ledger.Start(Settings(), _stores);
        object answer;
        do answer = await _system.ActorSelection("/user/dledger/default").Ask(new Append("x"u8.ToArray()), HangTimeout);
        while (answer is not AppendResult.Committed);
    }

    private sealed class Owner(Action<object> heard) : MinimalActorRef
    {
        public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems) / "owner";

        public override IActorRefProvider Provider => throw new NotSupportedException();

        protected override void TellInternal(object message, IActorRef sender) => heard(message);
    }
}
