using Akka.Actor;
using Akka.Hosting;
using Akka.Remote;
using DLedger.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DLedger.Hosting.Tests;

/// <summary>Members that live with a host.</summary>
public sealed class HostedMemberTests
{
    private static TimeSpan Deadline => Applications.Deadline;

    [Fact]
    public async Task A_member_starts_with_the_host_and_its_client_and_its_actor_are_in_the_container()
    {
        await using var applications = new Applications();
        var host = await applications.StartAsync(0);

        var committed = Assert.IsType<AppendResult.Committed>(await Applications.ClientOf(host).AppendAsync("a"u8.ToArray()).WaitAsync(Deadline));
        Assert.Equal(0, committed.Index);
        var actor = host.Services.GetRequiredService<IRequiredActor<LedgerActor>>().ActorRef;
        Assert.Equal("/user/dledger/g", actor.Path.ToStringWithoutAddress());
        var read = Assert.IsType<ReadResult.Entries>(await actor.Ask<ReadResult>(new Read(0), Deadline));
        Assert.Equal("a"u8.ToArray(), read.Items[0].Body.ToArray());
    }

    [Fact]
    public async Task By_default_the_application_keeps_an_actor_system_without_the_ledgers_remoting()
    {
        await using var applications = new Applications();
        var system = Applications.SystemOf(await applications.StartAsync(0));

        Assert.IsNotType<IRemoteActorRefProvider>(((ExtendedActorSystem)system).Provider, exactMatch: false);
        Assert.Equal("app", system.Name);
    }

    [Fact]
    public async Task In_the_applications_system_the_path_of_the_group_takes_every_request_and_answers_whoever_asked()
    {
        await using var applications = new Applications();
        var system = Applications.SystemOf(await applications.StartAsync(0));
        var group = system.ActorSelection("/user/dledger/g");

        // By Akka's own Ask, by the ledger's, and by an actor that tells and is told.
        Assert.IsType<AppendResult.Committed>(await AppendedAsync(system, group));
        Assert.Equal(MemberRole.Leader, (await group.Ask<LedgerStatus>(new GetStatus(), Deadline)).Role);
        Assert.IsType<AppendResult.Committed>(await DLedgerExtension.Get(system).AskAsync(group, new Append(new byte[1]), Deadline));
        var answer = new TaskCompletionSource<object>(TaskCreationOptions.RunContinuationsAsynchronously);
        system.ActorOf(Props.Create(() => new Teller(group, answer)));
        Assert.IsType<CommitPositionResult.Position>(await answer.Task.WaitAsync(Deadline));
    }

    [Fact]
    public async Task A_request_for_a_group_that_is_not_here_is_answered_so()
    {
        await using var applications = new Applications();
        var system = Applications.SystemOf(await applications.StartAsync(0));

        var refused = await system.ActorSelection("/user/dledger/other").Ask<AppendResult>(new Append(new byte[1]), Deadline);
        Assert.Equal(RejectReason.NoSuchGroup, Assert.IsType<AppendResult.Rejected>(refused).Reason);
    }

    [Fact]
    public async Task Through_an_application_with_remoting_of_its_own_the_group_can_be_asked_from_elsewhere()
    {
        const string Remoting = """
            akka.actor.provider = remote
            akka.remote.dot-netty.tcp.hostname = 127.0.0.1
            akka.remote.dot-netty.tcp.port = 0
            """;
        await using var applications = new Applications();
        var host = await applications.StartAsync(akka => akka.WithDLedger(applications.Section(0)).AddHocon(Remoting, HoconAddMode.Prepend));
        var address = ((ExtendedActorSystem)Applications.SystemOf(host)).Provider.DefaultAddress;
        using var elsewhere = ActorSystem.Create("elsewhere", Remoting);

        var group = elsewhere.ActorSelection($"{address}/user/dledger/g");
        Assert.IsType<AppendResult.Committed>(await AppendedAsync(elsewhere, group));
        await elsewhere.Terminate();
    }

    [Fact]
    public async Task A_host_that_stops_hands_leadership_over_and_frees_the_member()
    {
        await using var applications = new Applications(3);
        var hosts = new Dictionary<string, IHost>();
        for (var i = 0; i < 3; i++) hosts[$"n{i}"] = await applications.StartAsync(i);
        var led = await LeaderAsync(hosts.Values);

        await applications.StopAsync(hosts[led]);

        hosts.Remove(led);
        Assert.True(applications.HasSaid("DLedger.Hosting", nameof(StopResult.HandedOver)));
        Assert.NotEqual(led, await LeaderAsync(hosts.Values));

        // Its ports are free again, and so is the way back.
        await applications.StartAsync(int.Parse(led.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_member_on_disk_has_its_entries_in_its_next_life()
    {
        var folder = Directory.CreateTempSubdirectory("dledger-hosting-");
        try
        {
            for (var life = 0; life < 2; life++)
            {
                await using var applications = new Applications();
                var host = await applications.StartAsync(akka => akka.WithDLedger(options =>
                {
                    options.DataDir = folder.FullName;
                    options.Peers = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"n0-127.0.0.1:{FreePorts.Pick(1)[0]}");
                    options.Store.SegmentBytes = 16 << 20;
                }));
                var committed = Assert.IsType<AppendResult.Committed>(await Applications.ClientOf(host).AppendAsync(new byte[1]).WaitAsync(Deadline));
                Assert.Equal(life, committed.Index);
                await applications.StopAsync(host);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task In_this_system_the_member_lives_in_the_applications_own()
    {
        await using var applications = new Applications();
        var host = await applications.StartAsync(akka => akka.WithDLedger(applications.Section(0), ledger => ledger.InThisSystem()), "shared");
        var system = Applications.SystemOf(host);

        Assert.IsType<AppendResult.Committed>(await Applications.ClientOf(host).AppendAsync(new byte[1]).WaitAsync(Deadline));
        var actor = host.Services.GetRequiredService<IRequiredActor<LedgerActor>>().ActorRef;
        Assert.Equal("n0", (await actor.Ask<LedgerStatus>(new GetStatus(), Deadline)).Id);
        Assert.IsType<IRemoteActorRefProvider>(((ExtendedActorSystem)system).Provider, exactMatch: false);
        await applications.StopAsync(host);
        Assert.True(applications.HasSaid("DLedger.Hosting", nameof(StopResult.NoSuccessor)));
    }

    [Fact]
    public async Task What_the_ledger_says_is_in_the_applications_log_by_the_class_that_says_it()
    {
        await using var applications = new Applications();
        var host = await applications.StartAsync(0);
        await Applications.ClientOf(host).AppendAsync(new byte[1]).WaitAsync(Deadline);
        await applications.StopAsync(host);

        Assert.True(applications.HasSaid("DLedger.Node.NodeActor", "n0 of group g starts"));
        Assert.DoesNotContain(applications.Lines, line => line.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task Two_groups_of_one_application_have_a_client_each()
    {
        await using var applications = new Applications(2);
        var other = new Applications();
        var host = await applications.StartAsync(akka => akka
            .WithDLedger(applications.Section(0, ("peers", PeerOf(applications, 0))))
            .WithDLedger(other.Section(0, ("group", "h"))), services: services => services.AddDLedgerClient("h"));

        var setup = Applications.SystemOf(host).Settings.Setup.Get<LedgerSetup>().Value;
        Assert.Equal(["g", "h"], setup.All.Select(ledger => ledger.Settings.Group));
        Assert.Equal("g", (await Applications.ClientOf(host).StatusAsync(Deadline))[0].Status!.Group);
        var second = host.Services.GetRequiredKeyedService<DLedgerClient>("h");
        Assert.Equal("h", (await second.StatusAsync(Deadline))[0].Status!.Group);
        Assert.Contains("Groups: g, h", Assert.Throws<InvalidOperationException>(() => setup.Of("x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_fails_the_start_and_is_named()
    {
        await using var applications = new Applications();
        await applications.StartAsync(0);

        var refused = await Assert.ThrowsAsync<DLedgerStartException>(() => applications.StartAsync(0));
        Assert.Contains("is in use: is this member running already?", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public async Task A_folder_in_use_fails_the_start_and_is_named()
    {
        var folder = Directory.CreateTempSubdirectory("dledger-hosting-");
        try
        {
            await using var one = new Applications();
            await one.StartAsync(akka => akka.WithDLedger(OnDisk(one)));
            await using var two = new Applications();
            var host = two.Build(akka => akka.WithDLedger(OnDisk(two)));

            var refused = await Assert.ThrowsAsync<DLedgerStartException>(() => host.StartAsync().WaitAsync(Deadline));
            Assert.Contains("is in use by another process", refused.Message, StringComparison.Ordinal);
            Assert.Contains("give this member a folder of its own", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', refused.Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        IConfigurationSection OnDisk(Applications applications) =>
            applications.Section(0, ("durability", "disk"), ("data-dir", folder.FullName), ("store:segment-bytes", "16MiB"));
    }

    [Fact]
    public async Task A_client_and_an_actor_that_are_asked_for_before_the_host_starts_serve_once_it_has()
    {
        await using var applications = new Applications();
        var host = applications.Build(akka => akka.WithDLedger(applications.Section(0)));
        var client = Applications.ClientOf(host);
        var append = client.AppendAsync("early"u8.ToArray());
        var actor = host.Services.GetRequiredService<IRequiredActor<LedgerActor>>().GetAsync();
        Assert.False(actor.IsCompleted);

        await host.StartAsync().WaitAsync(Deadline);

        Assert.IsType<AppendResult.Committed>(await append.WaitAsync(Deadline));
        Assert.Same(client, Applications.ClientOf(host));
        Assert.Equal("n0", (await (await actor.WaitAsync(Deadline)).Ask<LedgerStatus>(new GetStatus(), Deadline)).Id);
    }

    [Fact]
    public async Task After_the_host_has_stopped_no_member_and_no_client_is_made_any_more()
    {
        await using var applications = new Applications();
        var host = await applications.StartAsync(akka => akka.WithDLedger(applications.Section(0)));
        var system = Applications.SystemOf(host);
        var ledger = system.Settings.Setup.Get<LedgerSetup>().Value.Of("g");
        await applications.StopAsync(host);

        Assert.Contains(
            "The host has stopped", Refused(() => ledger.Start(system, host.Services, NullLoggerFactory.Instance)), StringComparison.Ordinal);
        Assert.Contains("The host has stopped", Refused(() => ledger.Client(system, NullLoggerFactory.Instance)), StringComparison.Ordinal);

        static string Refused(Func<object> what) => Assert.Throws<InvalidOperationException>(what).Message;
    }

    private static string PeerOf(Applications applications, int member) => applications.Section(member)["peers"]!.Split(';')[member];

    /// <summary>The leader that all these follow.</summary>
    private static async Task<string> LeaderAsync(IEnumerable<IHost> hosts)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (true)
        {
            deadline.Token.ThrowIfCancellationRequested();
            var groups = hosts.Select(host => Applications.SystemOf(host).ActorSelection("/user/dledger/g"));
            var statuses = await Task.WhenAll(groups.Select(group => group.Ask<LedgerStatus>(new GetStatus(), Deadline)));
            var leader = statuses.FirstOrDefault(status => status.Role == MemberRole.Leader)?.Id;
            if (leader is not null && Array.TrueForAll(statuses, status => status.LeaderId == leader)) return leader;
        }
    }

    /// <summary>An append, once there is a leader.</summary>
    private static async Task<AppendResult> AppendedAsync(ActorSystem system, ICanTell group)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (true)
        {
            deadline.Token.ThrowIfCancellationRequested();
            var answer = await DLedgerExtension.Get(system).AskAsync(group, new Append(new byte[1]), Deadline);
            if (answer is not AppendResult.Rejected { Reason: RejectReason.NotLeader or RejectReason.Starting }) return answer;
        }
    }

    private sealed class Teller : UntypedActor
    {
        private readonly TaskCompletionSource<object> _answer;

        public Teller(ActorSelection group, TaskCompletionSource<object> answer)
        {
            _answer = answer;
            group.Tell(new GetCommitPosition());
        }

        protected override void OnReceive(object message) => _answer.TrySetResult(message);
    }
}
