using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using DLedger.Core;
using DLedger.Remoting;
using Xunit;

namespace DLedger.Actors.Tests.Remoting;

/// <summary>Members in an application's own ActorSystem: what an application sees of them besides their answers.</summary>
public sealed class EmbeddingTests : IAsyncLifetime
{
    private readonly Systems _systems = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _systems.StopAll();

    [Fact]
    public async Task A_coordinated_shutdown_hands_over_before_the_member_stops()
    {
        var group = new OwnGroup(_systems, 3);
        group.StartAll();
        var leader = await group.Leader();
        var system = group.Running[leader];
        var stopped = DLedgerExtension.Get(system).WhenStopped("g");

        await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClrExitReason.Instance).WaitAsync(Inbox.Deadline);

        // No waiting here: who stops has heard of its successor.
        group.Running.Remove(leader);
        var others = await Task.WhenAll(group.Running.Keys.Select(group.StatusOf));
        Assert.Contains(others, status => status.Role == MemberRole.Leader || (status.LeaderId is { } id && id != leader));
        Assert.IsType<StopCause.Requested>(await stopped.WaitAsync(Inbox.Deadline));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_clean_stop_leaves_no_dead_letters(bool allAtOnce)
    {
        var group = new OwnGroup(_systems, 3);
        group.StartAll();
        await group.Append(100);
        await group.Leader();
        group.ForgetComplaints();
        if (allAtOnce)
        {
            await Task.WhenAll(group.Running.Values.Select(Shutdown));
        }
        else
        {
            foreach (var system in group.Running.Values) await Shutdown(system);
        }

        Assert.Empty(group.Complaints);

        static Task Shutdown(ActorSystem system) =>
            CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClrExitReason.Instance).WaitAsync(Inbox.Deadline);
    }

    // Akka.Remote itself connects no two systems where creators are checked: its own have closures.
    [Theory]
    [InlineData(1, "akka.actor.serialize-creators = on\nakka.actor.serialize-messages = on")]
    [InlineData(3, "akka.actor.serialize-messages = on")]
    public async Task A_group_works_where_creators_and_messages_are_checked_for_serialization(int members, string checks)
    {
        var group = new OwnGroup(_systems, members, checks);
        group.StartAll();
        await group.Append(10);
        await using var client = DLedgerClient.Create(group.Running["n0"], "g", group.Settings("n0").Members);

        var read = Assert.IsType<ReadResult.Entries>(await client.ReadAsync(new Read(9)).WaitAsync(Inbox.Deadline));
        Assert.Equal(new byte[] { 9 }, read.Items[0].Body.ToArray());
        var stops = group.Running.Values.Select(system => DLedgerExtension.Get(system).StopAsync("g"));
        Assert.All(await Task.WhenAll(stops).WaitAsync(Inbox.Deadline), stop => Assert.True(stop.IsClean, $"{stop}"));
        Assert.DoesNotContain(group.Complaints, complaint => !complaint.Contains(nameof(GetStatus), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("PoisonPill", "/user/dledger/g")]
    [InlineData("Kill", "/user/dledger/g")]
    [InlineData("PoisonPill", "/user/dledger")]
    [InlineData("Kill", "/user/dledger")]
    [InlineData("Terminate", "")]
    public async Task WhenStopped_tells_of_every_end_that_nobody_asked_for(string how, string path)
    {
        var group = new OwnGroup(_systems, 1, "akka.coordinated-shutdown.run-by-actor-system-terminate = off");
        group.StartAll();
        var system = group.Running[await group.Leader()];
        var ledger = DLedgerExtension.Get(system);
        var stopped = ledger.WhenStopped("g");

        if (how == "Terminate") await system.Terminate();
        else system.ActorSelection(path).Tell(how == "Kill" ? Kill.Instance : PoisonPill.Instance, ActorRefs.NoSender);

        var failed = Assert.IsType<StopCause.Failed>(await stopped.WaitAsync(Inbox.Deadline));
        Assert.Contains("somebody stopped", failed.Reason, StringComparison.Ordinal);

        // Nor does a stop wait for ever for what is gone.
        Assert.True(await ledger.StopAsync("g").WaitAsync(Inbox.Deadline) is StopResult.NotRunning or StopResult.Failed);
    }

    [Fact]
    public async Task A_stop_says_who_leads_now_or_why_nobody_does()
    {
        var group = new OwnGroup(_systems, 3);
        group.StartAll();
        var led = await group.Leader();

        var handedOver = Assert.IsType<StopResult.HandedOver>(await Stop(led));
        var status = await group.StatusOf(handedOver.To);
        Assert.Equal((MemberRole.Leader, handedOver.Term), (status.Role, status.Term));

        var follower = group.Running.Keys.Single(id => id != led && id != handedOver.To);
        Assert.IsType<StopResult.NotLeader>(await Stop(follower));
        Assert.IsType<StopResult.NotRunning>(await Stop(follower));
        Assert.IsType<StopResult.NotRunning>(await DLedgerExtension.Get(group.Running[led]).StopAsync("another").WaitAsync(Inbox.Deadline));

        // Nobody is left to take over.
        Assert.NotEmpty(Assert.IsType<StopResult.NoSuccessor>(await Stop(handedOver.To)).Reason);

        Task<StopResult> Stop(string id) => DLedgerExtension.Get(group.Running[id]).StopAsync("g").WaitAsync(Inbox.Deadline);
    }

    [Fact]
    public async Task WhenStopped_tells_why_a_group_failed()
    {
        var group = new OwnGroup(_systems, 1);
        var system = _systems.Own(group.Settings("n0"));
        var ledger = DLedgerExtension.Get(system);
        ledger.Start(group.Settings("n0"), new BrokenStores());

        var failed = Assert.IsType<StopCause.Failed>(await ledger.WhenStopped("g").WaitAsync(Inbox.Deadline));
        Assert.Equal("the true cause", failed.Reason);
    }

    [Fact]
    public async Task A_system_that_only_talks_to_a_group_logs_no_warning_of_a_replaced_serializer()
    {
        // Akka says it on the logger of the start.
        var application = _systems.Application(
            $"akka.stdout-loglevel = WARNING\nakka.stdout-logger-class = \"{typeof(StartLogger).FullName}, "
            + $"{typeof(StartLogger).Assembly.GetName().Name}\"");
        var settings = Systems.Settings(1);
        await using var client = DLedgerClient.Create(application, "g", settings.Members);
        Assert.Empty(((StartLogger)application.Settings.StdoutLogger).Lines);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_port_in_use_in_an_applications_own_system_is_named(bool bulk)
    {
        var settings = Systems.Settings(1);
        var port = bulk ? settings.Self.BulkPort : settings.Self.Port;
        using var taken = new TcpListener(IPAddress.Loopback, port);
        taken.Start();
        Assert.Contains(
            $"127.0.0.1:{port}", Assert.Throws<DLedgerStartException>(() => DLedgerSystem.CheckPorts(settings)).Message, StringComparison.Ordinal);
        if (bulk)
            Assert.Contains($"127.0.0.1:{port}", Causes.Line(Assert.ThrowsAny<Exception>(() => _systems.Own(settings))), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_ledger_needs_changes_nothing_for_the_rest_of_an_application()
    {
        var built = RemotingConfig.Build(Systems.Settings(1));
        foreach (var key in new[]
        {
            "akka.loglevel", "akka.stdout-loglevel", "akka.scheduler.tick-duration", "akka.remote.use-dispatcher",
            "akka.remote.transport-failure-detector.acceptable-heartbeat-pause", "akka.remote.transport-failure-detector.heartbeat-interval",
            "akka.remote.untrusted-mode",
            "akka.actor.serializers.json", "akka.log-dead-letters", "akka.coordinated-shutdown",
        })
        {
            Assert.False(built.HasPath(key), key);
        }
    }

    private sealed class BrokenStores : ILogStoreFactory
    {
        public bool IsDurable => false;

        public ILogStore Open(string group, string nodeId) =>
            throw new TypeInitializationException(
                "Some.Type",
                new System.Reflection.TargetInvocationException(new AggregateException(new InvalidOperationException("the true cause"))));
    }
}
