using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using DLedger.Core;
using DLedger.Node;
using DLedger.Protocol;
using DLedger.Remoting;
using Xunit;

namespace DLedger.Actors.Tests.Remoting;

public sealed class RemotingTests : IAsyncLifetime
{
    private readonly Systems _systems = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _systems.StopAll();

    [Fact]
    public async Task Pushes_travel_on_a_connection_of_their_own()
    {
        var settings = Systems.Settings(2);
        var (left, right) = Pair(settings);
        var pushes = Inbox.BehindRouter(left, "g", "n1");

        // Nobody listens where this takes the control transport to be.
        var network = NetworkOf(right, WithFirst(settings, first => first with { Port = Systems.FreePorts(1)[0] }), "n1");
        using var sending = Repeatedly(right, network, settings.Self, PushOf(new byte[10]));
        await pushes.Next<Push>();
    }

    [Fact]
    public async Task Votes_and_heartbeats_travel_on_the_control_connection()
    {
        var settings = Systems.Settings(2);
        var (left, right) = Pair(settings);
        var heartbeats = Inbox.BehindRouter(left, "g", "n1");

        var network = NetworkOf(right, WithFirst(settings, first => first with { BulkPort = Systems.FreePorts(1)[0] }), "n1");
        using var sending = Repeatedly(right, network, settings.Self, new Heartbeat(From("n1"), new Term(1), 1));
        await heartbeats.Next<Heartbeat>();
    }

    [Fact]
    public async Task Of_two_members_one_makes_both_connections_before_anybody_has_anything_to_say_and_the_other_uses_them()
    {
        var settings = Systems.Settings(2);
        var (left, right) = Pair(settings);
        var acks = Inbox.BehindRouter(left, "g", "n1");
        var waiting = NetworkOf(right, settings, "n1");
        var made = Systems.Connections(right);

        NetworkOf(left, settings, "n0");
        Assert.True(await made.ReadAsync().AsTask().WaitAsync(Inbox.Deadline));
        Assert.True(await made.ReadAsync().AsTask().WaitAsync(Inbox.Deadline));
        using var sending = Repeatedly(right, waiting, settings.Self, new PushAck(From("n1"), new Term(1), new LogIndex(7)));

        Assert.Equal(new LogIndex(7), (await acks.Next<PushAck>()).Flushed);
        Assert.False(made.TryRead(out _), "There is a third connection.");
    }

    [Fact]
    public async Task A_missing_connection_is_made_again_although_nobody_has_anything_to_say()
    {
        var settings = Systems.Settings(2);
        var (left, right) = Pair(settings);
        NetworkOf(left, settings, "n0");
        await Systems.Connections(right).ReadAsync().AsTask().WaitAsync(Inbox.Deadline);

        await _systems.Stop(right);
        var made = Systems.Connections(_systems.Member(settings with { Id = "n1" }));

        Assert.True(await made.ReadAsync().AsTask().WaitAsync(Inbox.Deadline));
        Assert.True(await made.ReadAsync().AsTask().WaitAsync(Inbox.Deadline));
    }

    [Theory]
    [InlineData("")]
    [InlineData("batch-bytes-max = 2MiB\nmax-entry-size = 1KiB")]
    [InlineData("batch-bytes-max = 1KiB\nmax-entry-size = 16")]
    public async Task The_largest_push_fits_a_frame_of_the_bulk_transport(string hocon)
    {
        var settings = Systems.Settings(2, hocon);
        var (left, right) = Pair(settings);
        var pushes = Inbox.BehindRouter(right, "g", "n0");
        var body = new byte[Math.Max(settings.MaxEntrySize, settings.BatchBytesMax - 4)];
        var network = NetworkOf(left, settings, "n0");

        using (Repeatedly(left, network, settings.Members[1], PushOf(body)))
            Assert.Equal(body.Length + 4 + Batch.HeaderBytes, (await pushes.Next<Push>()).Batches[0].Encoded.Length);

        // A gathering of the smallest batches has the most overhead.
        var small = Enumerable.Range(0, RemotingConfig.PushBytes / Batch.HeaderBytes)
            .Select(_ => Batch.Control(BatchKind.NoOp, Tail.Empty, new Term(1))).ToArray();
        network.Send("n1", PushOf(body) with { Batches = small });
        Push last;
        do last = await pushes.Next<Push>();
        while (last.Batches.Count == 1);
        Assert.Equal(small.Length, last.Batches.Count);
    }

    [Fact]
    public async Task A_peer_that_restarts_on_the_same_port_is_reached_again_by_the_same_network()
    {
        var settings = Systems.Settings(2);
        var (left, right) = Pair(settings);
        var to = settings.Members[1];
        var network = NetworkOf(left, settings, "n0");
        var before = Inbox.BehindRouter(right, "g", "n0");
        using (Repeatedly(left, network, to, new Heartbeat(From("n0"), new Term(1), 1))) await before.Next<Heartbeat>();

        await _systems.Stop(right);
        var again = _systems.Member(settings with { Id = "n1" });
        var after = Inbox.BehindRouter(again, "g", "n0");
        using var beating = Repeatedly(left, network, to, new Heartbeat(From("n0"), new Term(1), 2));
        Assert.Equal(2, (await after.Next<Heartbeat>()).Round);
    }

    [Fact]
    public async Task An_application_appends_by_selection_once_it_has_the_extension()
    {
        var settings = Systems.Settings(1);
        var member = _systems.Member(settings);
        var requests = await Inbox.At(member, "dledger/g");
        var application = _systems.Application();
        DLedgerExtension.Get(application);
        var answers = await Inbox.At(application, "answers");
        var answerTo = await application.ActorSelection("/user/answers").ResolveOne(Inbox.Deadline);

        Select(application, settings).Tell(new Append(new byte[] { 1, 2, 3 }), answerTo);
        var (request, sender) = await requests.Next();
        Assert.Equal(new byte[] { 1, 2, 3 }, Assert.IsType<Append>(request).Body.ToArray());
        sender.Tell(new AppendResult.Committed(5, 1, 2));
        Assert.Equal(new AppendResult.Committed(5, 1, 2), await answers.Next<AppendResult.Committed>());
    }

    [Fact]
    public async Task The_largest_entry_fits_when_the_application_has_the_frames_for_it()
    {
        var settings = Systems.Settings(1);
        var member = _systems.Member(settings);
        var requests = await Inbox.At(member, "dledger/g");
        var application = _systems.Application($"{StockTransport.FrameKey} = {RemotingConfig.ControlFrameBytes(settings)}b");
        DLedgerExtension.Get(application);
        Select(application, settings).Tell(new Append(new byte[settings.MaxEntrySize]), ActorRefs.NoSender);
        Assert.Equal(settings.MaxEntrySize, (await requests.Next<Append>()).Body.Length);
    }

    [Fact]
    public async Task The_largest_message_that_the_serializer_lets_pass_truly_arrives()
    {
        // The longest addresses there are do not fit a test; a group and an actor of the longest names come close.
        var settings = Systems.Settings(1, $"group = {new string('g', DLedgerSettings.IdCharsMax)}");
        var member = _systems.Member(settings);
        var requests = await Inbox.At(member, $"dledger/{settings.Group}");
        var application = _systems.Application();
        var largest = (int)DLedgerExtension.Get(application).PayloadMax - 4 - 8; // length and request id
        Select(application, settings).Tell(new Append(new byte[largest]), ActorRefs.NoSender);
        Assert.Equal(largest, (await requests.Next<Append>()).Body.Length);
    }

    [Fact]
    public async Task What_is_over_the_frame_is_an_error_at_the_sender_and_the_connection_lives_on()
    {
        var settings = Systems.Settings(1);
        var member = _systems.Member(settings);
        var requests = await Inbox.At(member, "dledger/g");
        var application = _systems.Application();
        DLedgerExtension.Get(application);
        var errors = Systems.Errors(application);

        Select(application, settings).Tell(new Append(new byte[200_000]), ActorRefs.NoSender);
        Select(application, settings).Tell(new Append(new byte[] { 7 }), ActorRefs.NoSender);

        Assert.Equal(1, (await requests.Next<Append>()).Body.Length);
        Assert.Contains(StockTransport.FrameKey, await FirstError(errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_extension_an_append_fails_loudly_at_the_sender()
    {
        var settings = Systems.Settings(1);
        var member = _systems.Member(settings);
        var requests = await Inbox.At(member, "dledger/g");
        var application = _systems.Application();
        var errors = Systems.Errors(application);

        Select(application, settings).Tell(new Append(new byte[] { 1 }), ActorRefs.NoSender);
        Assert.Contains("DLedgerExtension.Get(system)", await FirstError(errors), StringComparison.Ordinal);

        // The cure works also after the mistake, and nothing of the mistake has arrived.
        DLedgerExtension.Get(application);
        var again = new Cancelable(application.Scheduler.Advanced);
        application.Scheduler.Advanced.ScheduleRepeatedly(
            TimeSpan.Zero, TimeSpan.FromMilliseconds(100), () =>
                Select(application, settings).Tell(new Append(new byte[] { 2 }), ActorRefs.NoSender), again);
        Assert.Equal(new byte[] { 2 }, (await requests.Next<Append>()).Body.ToArray());
        again.Cancel();
    }

    [Fact]
    public async Task A_client_reaches_a_leader_over_the_network_and_tells_what_is_too_large_for_its_own_frames()
    {
        var settings = Systems.Settings(1);
        var member = _systems.Member(settings);
        var requests = await Inbox.At(member, "dledger/g");
        await using var client = DLedgerClient.Create(_systems.Application(), "g", settings.Members);

        var append = client.AppendAsync(new byte[] { 1 });
        var (sender, id) = await NextAppend(requests);
        sender.Tell(new AppendResult.Committed(0, 1, 1) { RequestId = id });
        Assert.Equal(new AppendResult.Committed(0, 1, 1), await append.WaitAsync(Inbox.Deadline));

        var refused = Assert.IsType<AppendResult.Rejected>(await client.AppendAsync(new byte[200_000]).WaitAsync(Inbox.Deadline));
        Assert.Equal(RejectReason.TooLarge, refused.Reason);
        Assert.Contains(StockTransport.FrameKey, refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_append_under_way_to_a_leader_that_dies_is_unknown_long_before_the_timeout()
    {
        var settings = Systems.Settings(1);
        var member = _systems.Member(settings);
        var requests = await Inbox.At(member, "dledger/g");

        // Only the broken connection can end this in time.
        await using var client = DLedgerClient.Create(
            _systems.Application(), "g", settings.Members, new DLedgerClientOptions { Timeout = TimeSpan.FromHours(1) });
        var append = client.AppendAsync(new byte[] { 1 });
        await NextAppend(requests);
        await _systems.Stop(member);
        Assert.Equal(new AppendResult.Unknown(UnknownReason.TimedOut), await append.WaitAsync(Inbox.Deadline));
    }

    [Fact]
    public void The_dispatchers_of_members_are_there_in_any_system_with_the_extension()
    {
        var application = _systems.Application();
        DLedgerExtension.Get(application);
        Assert.True(application.Dispatchers.HasDispatcher("dledger.role-dispatcher"));
        Assert.Equal("dledger.reader-dispatcher", application.Dispatchers.Lookup("dledger.reader-dispatcher").Id);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_port_in_use_is_one_line_that_names_the_address(bool bulk)
    {
        var settings = Systems.Settings(1);
        var port = bulk ? settings.Self.BulkPort : settings.Self.Port;
        using var taken = new TcpListener(IPAddress.Loopback, port);
        taken.Start();
        var problem = Assert.Throws<DLedgerStartException>(() => _systems.Member(settings)).Message;
        Assert.Contains($"127.0.0.1:{port}", problem, StringComparison.Ordinal);
        Assert.Contains("in use", problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    [Fact]
    public void A_transport_that_cannot_start_is_one_line()
    {
        var settings = Systems.Settings(1);
        var problem = Assert.Throws<DLedgerStartException>(
            () => _systems.Member(settings, "akka.remote.dledger-control.transport-class = \"No.Such.Transport, Nowhere\"")).Message;
        Assert.Contains(settings.Self.Address, problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    [Theory]
    [InlineData(ControlTransport.FrameKey)]
    [InlineData(BulkTransport.FrameKey)]
    public void A_frame_that_is_too_small_for_the_settings_is_refused_at_the_start(string key)
    {
        var problem = Assert.Throws<SettingsException>(() => _systems.Member(Systems.Settings(1), $"{key} = 128000b")).Message;
        Assert.Contains(key, problem, StringComparison.Ordinal);
        Assert.Contains("max-entry-size = 1MiB", problem, StringComparison.Ordinal);
    }

    /// <summary>Says that it leads, as often as it is asked, until an append comes.</summary>
    private static async Task<(IActorRef Sender, long RequestId)> NextAppend(Inbox requests)
    {
        while (true)
        {
            var (message, sender) = await requests.Next();
            if (message is AppendMany append) return (sender, append.RequestId);
            var status = Assert.IsType<GetStatus>(message);
            sender.Tell(new LedgerStatus { Group = "g", Id = "n0", Role = MemberRole.Leader, RequestId = status.RequestId });
        }
    }

    private static ActorSelection Select(ActorSystem application, DLedgerSettings settings) =>
        application.ActorSelection($"akka.tcp://dledger@{settings.Self.Address}/user/dledger/{settings.Group}");

    private static Origin From(string id) => new("dledger", "g", id, Guid.Empty);

    private static Push PushOf(byte[] body) =>
        new(From("n0"), new Term(1), 1, LogPoint.Origin, LogIndex.None, [Batch.Entries(Tail.Empty, new Term(1), [body])]);

    private static RemotePeerNetwork NetworkOf(ActorSystem system, DLedgerSettings settings, string id)
    {
        var network = new RemotePeerNetwork(system, settings with { Id = id });
        network.MembersAre(MemberAddresses.SetOf(settings));
        return network;
    }

    private static DLedgerSettings WithFirst(DLedgerSettings settings, Func<Member, Member> change) =>
        settings with { Members = [change(settings.Members[0]), .. settings.Members.Skip(1)] };

    /// <summary>What is sent once may be lost while there is no connection.</summary>
    private static Sending Repeatedly(ActorSystem system, RemotePeerNetwork network, Member to, PeerMessage message)
    {
        var sending = new Cancelable(system.Scheduler.Advanced);
        system.Scheduler.Advanced.ScheduleRepeatedly(TimeSpan.Zero, TimeSpan.FromMilliseconds(100), () => network.Send(to.Id, message), sending);
        return new Sending(sending);
    }

    /// <summary>Sends until it is disposed.</summary>
    private sealed class Sending(Cancelable repeated) : IDisposable
    {
        public void Dispose() => repeated.Cancel();
    }

    private static async Task<string> FirstError(System.Threading.Channels.ChannelReader<Akka.Event.Error> errors)
    {
        using var deadline = new CancellationTokenSource(Inbox.Deadline);
        var error = await errors.ReadAsync(deadline.Token);
        return error.ToString();
    }

    private (ActorSystem Left, ActorSystem Right) Pair(DLedgerSettings settings) =>
        (_systems.Member(settings), _systems.Member(settings with { Id = "n1" }));
}
