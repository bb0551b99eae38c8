using Akka.Actor;
using DLedger.Remoting;
using Xunit;

namespace DLedger.Actors.Tests.Remoting;

/// <summary>Akka's own TCP transport at the other end, and in its place.</summary>
public sealed class StockTransportTests : IAsyncLifetime
{
    private readonly Systems _systems = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _systems.StopAll();

    [Fact]
    public async Task A_stock_application_asks_a_member_and_gets_its_answers()
    {
        var settings = Systems.Settings(1);
        var member = _systems.Member(settings);
        var questions = await Inbox.At(member, "dledger/g");
        var application = _systems.Application();
        DLedgerExtension.Get(application);
        var asked = application.ActorSelection($"akka.tcp://dledger@{settings.Self.Address}/user/dledger/g")
            .Ask<LedgerStatus>(new GetStatus { RequestId = 5 }, Inbox.Deadline);
        var (question, asker) = await questions.Next();
        asker.Tell(new LedgerStatus { Group = "g", Id = "n0", Role = MemberRole.Leader, RequestId = ((GetStatus)question).RequestId });
        Assert.Equal(MemberRole.Leader, (await asked).Role);
    }

    [Fact]
    public async Task A_member_reaches_a_stock_application_that_it_has_not_heard_of()
    {
        var member = _systems.Member(Systems.Settings(1));
        var application = _systems.Application();
        DLedgerExtension.Get(application);
        var questions = await Inbox.At(application, "answers");
        var asked = member.ActorSelection($"{((ExtendedActorSystem)application).Provider.DefaultAddress}/user/answers")
            .Ask<AppendResult>(new Append(new byte[100_000]), Inbox.Deadline);
        var (question, asker) = await questions.Next();
        Assert.Equal(100_000, Assert.IsType<Append>(question).Body.Length);
        asker.Tell(new AppendResult.Committed(1, 2, 3));
        Assert.Equal(1, Assert.IsType<AppendResult.Committed>(await asked).Index);
    }

    [Fact]
    public void Settings_of_the_stock_transport_that_nothing_reads_are_noticed_and_those_by_default_are_not()
    {
        Assert.Empty(StockTransport.IgnoredKeys(_systems.Member(Systems.Settings(1)).Settings.Config));
        Assert.Equal(
            ["akka.remote.dot-netty.tcp.maximum-frame-size", "akka.remote.dot-netty.tcp.server-socket-worker-pool.pool-size-max"],
            StockTransport.IgnoredKeys(_systems.Member(
                Systems.Settings(1),
                "akka.remote.dot-netty.tcp.maximum-frame-size = 3MiB\n"
                + "akka.remote.dot-netty.tcp.server-socket-worker-pool.pool-size-max = 3").Settings.Config));
        // Where it is the one that carries control, they have an effect.
        Assert.Empty(StockTransport.IgnoredKeys(_systems.Application().Settings.Config));
    }

    [Fact]
    public async Task Strangers_at_both_ports_of_a_member_reach_no_actor_and_it_goes_on_answering()
    {
        var settings = Systems.Settings(1);
        var member = _systems.Member(settings);
        var questions = await Inbox.At(member, "dledger/g");
        var random = new Random(5);
        foreach (var port in (int[])[settings.Self.Port, settings.Self.BulkPort])
        {
            for (var i = 0; i < 200; i++)
            {
                using var stranger = TransportPair.Connect(port);
                var noise = new byte[random.Next(1, 300)];
                random.NextBytes(noise);
                stranger.Send(noise);
            }
        }

        var application = _systems.Application();
        DLedgerExtension.Get(application);
        application.ActorSelection($"akka.tcp://dledger@{settings.Self.Address}/user/dledger/g").Tell(new GetStatus(), ActorRefs.NoSender);
        await questions.Next<GetStatus>();
    }
}
