using Akka.Actor;
using Akka.Configuration;
using DLedger.Actors.Tests.Node;
using DLedger.Core;
using DLedger.Node;
using DLedger.Remoting;
using Xunit;

namespace DLedger.Actors.Tests.StateMachines;

/// <summary>A machine that does not return when its member stops.</summary>
public sealed class HungMachineTests : IDisposable
{
    private static readonly TimeSpan HangTimeout = TimeSpan.FromMinutes(1);

    private readonly Register _machine = new();

    private readonly ActorSystem _system = ActorSystem.Create(
        "hung", ConfigurationFactory.ParseString("akka.loglevel = OFF\nakka.stdout-loglevel = OFF").WithFallback(RemotingConfig.Dispatchers));

    private DLedgerExtension Ledger => DLedgerExtension.Get(_system);

    public void Dispose()
    {
        _machine.Gate.Set();
        _system.Terminate().Wait(HangTimeout);
    }

    [Fact]
    public async Task Safety_53_no_machine_begins_while_that_of_an_earlier_start_has_not_returned()
    {
        Ledger.CloseTimeMax = TimeSpan.FromMilliseconds(50);
        Start();
        await Until(MemberRole.Leader);
        _machine.Gate.Reset();
        LedgerStatus status;
        do
        {
            // Refused before the leader's first record is on disk.
            _system.ActorSelection("/user/dledger/default").Tell(new Append("one"u8.ToArray()));
            status = await Status();
        }
        while (status.CommittedIndex < 0);
        var stopped = Assert.IsType<StopResult.Failed>(await Ledger.StopAsync("default").WaitAsync(HangTimeout));
        Assert.Contains("its state machine does not return", stopped.Reason, StringComparison.Ordinal);

        Start();
        Assert.Contains("has not returned", (await Until(MemberRole.Failed)).Problem, StringComparison.Ordinal);
        await Ledger.StopAsync("default").WaitAsync(HangTimeout);
        _machine.Gate.Set();
        using var hang = new CancellationTokenSource(HangTimeout);
        while (true)
        {
            hang.Token.ThrowIfCancellationRequested();
            Start();
            do status = await Status();
            while (status.Role is not (MemberRole.Leader or MemberRole.Failed));
            if (status.Role == MemberRole.Leader) return;
            await Ledger.StopAsync("default").WaitAsync(HangTimeout);
        }
    }

    private void Start()
    {
        var settings = DLedgerSettings.FromConfig(ConfigurationFactory.ParseString("""
            dledger {
              id = n0
              peers = "n0-127.0.0.1:21900"
              durability = memory
              append-timeout = 50ms
              election-timeout-min = 150ms
              election-timeout-max = 300ms
              heartbeat-interval = 30ms
            }
            """));
        Ledger.Start(settings, new MemoryLogStoreFactory(Guid.NewGuid), () => _machine);
    }

    private async Task<LedgerStatus> Until(MemberRole role)
    {
        using var hang = new CancellationTokenSource(HangTimeout);
        while (true)
        {
            var status = await Status();
            if (status.Role == role) return status;
            hang.Token.ThrowIfCancellationRequested();
        }
    }

    private async Task<LedgerStatus> Status() =>
        await _system.ActorSelection("/user/dledger/default").Ask<LedgerStatus>(new GetStatus(), HangTimeout);
}
