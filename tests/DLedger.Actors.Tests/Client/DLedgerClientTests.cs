using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Remote;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Xunit;

namespace DLedger.Actors.Tests.Client;

/// <summary>The client against members that are played by hand: each is a probe that stands for a node root.</summary>
public sealed class DLedgerClientTests : TestKit
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private readonly Dictionary<string, TestProbe> _byAddress = [];
    private readonly TestProbe[] _members;
    private volatile TestProbe? _leads;

    public DLedgerClientTests()
        : base("akka.loglevel = WARNING\nakka.test.single-expect-default = 30s")
    {
        _members = [Member("a"), Member("b"), Member("c")];
    }

    [Fact]
    public async Task An_append_goes_to_the_member_that_says_it_leads()
    {
        await using var client = Client();
        var append = client.AppendAsync(Body("x"));
        AnswerSearch(leader: 1);
        var (request, from) = NextAppend(1);
        Assert.Equal("x", Text(Assert.Single(request.Bodies)));
        from.Tell(new AppendResult.Committed(7, 1, 3));
        Assert.Equal(new AppendResult.Committed(7, 1, 3), await append.WaitAsync(Deadline));
    }

    [Fact]
    public async Task Concurrent_appends_travel_together_and_each_gets_its_own_index()
    {
        await using var client = Client();
        var appends = Enumerable.Range(0, 10).Select(i => client.AppendAsync(Body(i.ToString(CultureInfo.InvariantCulture)))).ToArray();
        var many = client.AppendManyAsync([Body("10"), Body("11")]);
        AnswerSearch(leader: 0);
        var served = Serve(0, 12, firstIndex: 100);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => i.ToString(CultureInfo.InvariantCulture)), served);
        for (var i = 0; i < 10; i++) Assert.Equal(new AppendResult.Committed(100 + i, 1, 1), await appends[i].WaitAsync(Deadline));
        Assert.Equal(new AppendResult.Committed(110, 2, 1), await many.WaitAsync(Deadline));
    }

    [Fact]
    public async Task A_hint_is_followed_and_the_append_goes_out_again()
    {
        await using var client = Client();
        var append = client.AppendAsync(Body("x"));
        AnswerSearch(leader: 0);
        NextAppend(0).From.Tell(new AppendResult.Rejected(RejectReason.NotLeader, "akka.tcp://dledger@c:1"));
        AnswerSearch(leader: 2);
        var (request, from) = NextAppend(2);
        Assert.True(request.Stream!.Start);
        from.Tell(new AppendResult.Committed(0, 1, 2));
        Assert.IsType<AppendResult.Committed>(await append.WaitAsync(Deadline));
    }

    [Fact]
    public async Task A_hint_may_name_a_member_that_the_client_was_not_told_of()
    {
        var hidden = Member("d");
        await using var client = Client();
        var append = client.AppendAsync(Body("x"));
        for (var i = 0; i < 3; i++) AnswerStatus(_members[i], MemberRole.Follower, 1, "akka.tcp://dledger@d:1");
        AnswerStatus(hidden, MemberRole.Leader, 1, null);
        var request = hidden.FishForMessage<AppendMany>(_ => true);
        Answer(hidden, new AppendResult.Committed(0, 1, 1));
        Assert.Single(request.Bodies);
        Assert.IsType<AppendResult.Committed>(await append.WaitAsync(Deadline));
    }

    [Theory]
    [InlineData(RejectReason.Busy)]
    [InlineData(RejectReason.OutOfOrder)]
    public async Task A_refusal_that_passes_is_tried_again_at_the_same_leader(RejectReason reason)
    {
        await using var client = Client();
        var append = client.AppendAsync(Body("x"));
        AnswerSearch(leader: 0);
        NextAppend(0).From.Tell(new AppendResult.Rejected(reason));
        NextAppend(0).From.Tell(new AppendResult.Committed(0, 1, 1));
        Assert.IsType<AppendResult.Committed>(await append.WaitAsync(Deadline));
    }

    [Fact]
    public async Task A_leader_that_hands_over_gets_nothing_more_until_somebody_leads_a_later_term()
    {
        await using var client = Client();
        var appendsToOld = 0;
        var looks = 0;
        _members[0].SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            // It leads on until the other one has taken over.
            if (message is AppendMany) appendsToOld++;
            Answer(
                sender, message,
                message is GetStatus ? Status(MemberRole.Leader, 1) : new AppendResult.Rejected(RejectReason.Busy, "akka.tcp://dledger@b:1"));
            return AutoPilot.KeepRunning;
        }));
        _members[1].SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            var status = ++looks > 4 ? Status(MemberRole.Leader, 2) : Status(MemberRole.Follower, 1);
            Answer(sender, message, message is GetStatus ? status : new AppendResult.Committed(0, 1, 2));
            return AutoPilot.KeepRunning;
        }));
        Assert.Equal(new AppendResult.Committed(0, 1, 2), await client.AppendAsync(Body("x")).WaitAsync(Deadline));
        Assert.Equal(1, appendsToOld);
    }

    [Fact]
    public async Task A_leader_whose_hand_over_comes_to_nothing_is_asked_again_after_a_while()
    {
        await using var client = Client();
        var append = client.AppendAsync(Body("x"));
        AlwaysAnswerStatus(_members[0], MemberRole.Leader, 1);
        NextAppend(0).From.Tell(new AppendResult.Rejected(RejectReason.Busy, "akka.tcp://dledger@b:1"));
        NextAppend(0).From.Tell(new AppendResult.Committed(0, 1, 1));
        Assert.IsType<AppendResult.Committed>(await append.WaitAsync(Deadline));
    }

    [Theory]
    [InlineData(RejectReason.TooLarge)]
    [InlineData(RejectReason.DiskFull)]
    public async Task A_refusal_that_stays_is_the_result(RejectReason reason)
    {
        await using var client = Client();
        var append = client.AppendAsync(Body("x"));
        AnswerSearch(leader: 0);
        NextAppend(0).From.Tell(new AppendResult.Rejected(reason, null, "why"));
        Assert.Equal(new AppendResult.Rejected(reason, null, "why"), await append.WaitAsync(Deadline));
    }

    [Fact]
    public async Task What_is_refused_in_a_row_goes_out_again_in_order()
    {
        await using var client = Client();
        var first = client.AppendAsync(Body("0"));
        AnswerSearch(leader: 0);
        var (_, firstFrom) = NextAppend(0);
        var second = client.AppendAsync(Body("1"));
        var (_, secondFrom) = NextAppend(0);
        var third = client.AppendAsync(Body("2"));

        // The answer to the second overtakes that to the first.
        secondFrom.Tell(new AppendResult.Rejected(RejectReason.OutOfOrder));
        firstFrom.Tell(new AppendResult.Rejected(RejectReason.Busy));
        Assert.Equal(["0", "1", "2"], Serve(0, 3, firstIndex: 0));
        Assert.Equal(
            [0, 1, 2], (await Task.WhenAll(first, second, third).WaitAsync(Deadline)).Select(result => ((AppendResult.Committed)result).Index));
    }

    [Fact]
    public async Task An_unknown_outcome_is_told_and_never_sent_again_while_those_behind_it_go_on()
    {
        await using var client = Client();
        var lost = client.AppendAsync(Body("lost"));
        AnswerSearch(leader: 0);
        var (_, lostFrom) = NextAppend(0);
        var behind = client.AppendAsync(Body("behind"));
        var (_, behindFrom) = NextAppend(0);
        behindFrom.Tell(new AppendResult.Rejected(RejectReason.NotLeader, null));
        lostFrom.Tell(new AppendResult.Unknown(UnknownReason.LeadershipLost));
        Assert.Equal(new AppendResult.Unknown(UnknownReason.LeadershipLost), await lost.WaitAsync(Deadline));

        AnswerSearch(leader: 1);
        Assert.Equal(["behind"], Serve(1, 1, firstIndex: 5));
        Assert.IsType<AppendResult.Committed>(await behind.WaitAsync(Deadline));
    }

    [Fact]
    public async Task Nothing_goes_to_a_new_leader_while_the_old_one_owes_an_answer()
    {
        await using var client = Client();
        var owed = client.AppendAsync(Body("0"));
        AnswerSearch(leader: 0);
        var (_, owedFrom) = NextAppend(0);
        var refused = client.AppendAsync(Body("1"));
        NextAppend(0).From.Tell(new AppendResult.Rejected(RejectReason.NotLeader, null));
        AnswerSearch(leader: 1);

        // Its answer is the last thing that the old leader says; only then may the new one hear of what comes behind.
        var read = client.ReadAsync(new Read(0));
        var question = _members[1].FishForMessage<object>(message => message is Read or AppendMany);
        Assert.IsType<Read>(question);
        Answer(_members[1], new ReadResult.OutOfRange(-1, -1));
        await read.WaitAsync(Deadline);
        owedFrom.Tell(new AppendResult.Committed(0, 1, 1));
        Assert.Equal(["1"], Serve(1, 1, firstIndex: 1));
        Assert.Equal(new AppendResult.Committed(0, 1, 1), await owed.WaitAsync(Deadline));
        Assert.Equal(new AppendResult.Committed(1, 1, 1), await refused.WaitAsync(Deadline));
    }

    [Fact]
    public async Task No_answer_to_what_was_sent_is_unknown()
    {
        await using var client = Client(new DLedgerClientOptions { Timeout = TimeSpan.FromMilliseconds(300) });
        var append = client.AppendAsync(Body("x"));
        AnswerSearch(leader: 0);
        NextAppend(0);
        Assert.Equal(new AppendResult.Unknown(UnknownReason.TimedOut), await append.WaitAsync(Deadline));
    }

    [Fact]
    public async Task No_leader_in_time_is_a_refusal_since_nothing_was_sent()
    {
        await using var client = Client(new DLedgerClientOptions { Timeout = TimeSpan.FromMilliseconds(300) });
        var refused = Assert.IsType<AppendResult.Rejected>(await client.AppendAsync(Body("x")).WaitAsync(Deadline));
        Assert.Equal(RejectReason.NotLeader, refused.Reason);
        Assert.Contains("no leader of group g", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_until_the_end_of_the_time_is_told_with_its_reason()
    {
        await using var client = Client(new DLedgerClientOptions { Timeout = TimeSpan.FromMilliseconds(500) });

        // Before anything is sent: an append that came first would never be answered, and end as Unknown.
        AnswerSearch(leader: 0, message => message is AppendMany ? new AppendResult.Rejected(RejectReason.Busy, null, "full") : null);
        var append = client.AppendAsync(Body("x"));
        var refused = Assert.IsType<AppendResult.Rejected>(await append.WaitAsync(Deadline));
        Assert.Equal(RejectReason.Busy, refused.Reason);
        Assert.Contains("full", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_that_nobody_has_is_refused_at_once()
    {
        await using var client = Client();
        var append = client.AppendAsync(Body("x"));
        foreach (var member in _members)
        {
            member.ExpectMsg<GetStatus>();
            Answer(member, new LedgerStatus { Group = "g", Id = "", Role = MemberRole.Stopped, Problem = "there is no group g on this node" });
        }

        Assert.Equal(new AppendResult.Rejected(RejectReason.NoSuchGroup, null, "there is no group g on this node"), await append.WaitAsync(Deadline));
    }

    [Fact]
    public async Task A_pack_that_is_too_large_for_the_group_is_sent_again_in_smaller_ones()
    {
        await using var client = Client();
        var appends = Enumerable.Range(0, 8).Select(_ => client.AppendAsync(new byte[1000])).ToArray();
        long index = 0;
        AnswerSearch(leader: 0, message =>
        {
            if (message is not AppendMany many) return null;
            var fits = many.Bodies.Sum(body => body.Length + 4) <= 2048;
            return fits
                ? new AppendResult.Committed((index += many.Bodies.Count) - many.Bodies.Count, many.Bodies.Count, 1)
                : new AppendResult.Rejected(RejectReason.TooLarge);
        });
        var results = await Task.WhenAll(appends).WaitAsync(Deadline);
        Assert.Equal(Enumerable.Range(0, 8).Select(i => (long)i), results.Select(result => ((AppendResult.Committed)result).Index));
    }

    [Fact]
    public async Task The_order_of_calls_is_the_order_in_the_log_whatever_the_leaders_do()
    {
        var model = new FakeGroup(seed: 20911);
        await using var client = Client(new DLedgerClientOptions { PackBytes = 64, Window = 4, Timeout = TimeSpan.FromSeconds(25) });
        for (var i = 0; i < _members.Length; i++) _members[i].SetAutoPilot(model.Member(i, Sys));
        const int Count = 2000;
        var results = new Task<AppendResult>[Count];
        for (var i = 0; i < Count; i++)
            results[i] = await client.SubmitAsync(Body(i.ToString(CultureInfo.InvariantCulture))).AsTask().WaitAsync(Deadline);
        await Task.WhenAll(results).WaitAsync(Deadline + Deadline);

        long last = -1;
        for (var i = 0; i < Count; i++)
        {
            var result = await results[i];
            var text = i.ToString(CultureInfo.InvariantCulture);
            if (result is AppendResult.Rejected rejected) Assert.Fail($"{text} was refused: {rejected}");
            if (result is not AppendResult.Committed committed) continue;
            Assert.True(committed.Index > last, $"{text} at {committed.Index} came before {last}");
            last = committed.Index;
            Assert.Equal(text, model.Log[(int)committed.Index]);
        }

        Assert.Equal(model.Log.Count, model.Log.Distinct().Count());
        Assert.True(model.LeaderChanges > 5);
    }

    [Fact]
    public async Task What_has_no_room_waits_outside_in_order_and_enters_when_there_is()
    {
        await using var client = Client(new DLedgerClientOptions { OutstandingMax = 2 });
        var first = await client.SubmitAsync(Body("0")).AsTask().WaitAsync(Deadline);
        var second = await client.SubmitAsync(Body("1")).AsTask().WaitAsync(Deadline);
        var third = client.SubmitAsync(Body("2"));
        Assert.False(third.IsCompleted);
        AnswerSearch(leader: 0);
        Assert.Equal(["0", "1", "2"], Serve(0, 3, firstIndex: 0));
        Assert.Equal(new AppendResult.Committed(2, 1, 1), await (await third).WaitAsync(Deadline));
        await Task.WhenAll(first, second);
    }

    [Fact]
    public async Task A_cancelled_append_that_was_not_sent_is_never_sent()
    {
        await using var client = Client();
        using var cancellation = new CancellationTokenSource();
        var cancelled = client.AppendAsync(Body("cancelled"), cancellation.Token);
        await cancellation.CancelAsync();
        var other = client.AppendAsync(Body("other"));
        AnswerSearch(leader: 0);
        Assert.Equal(["other"], Serve(0, 1, firstIndex: 0));
        await other.WaitAsync(Deadline);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
    }

    [Fact]
    public async Task A_closed_client_refuses_what_was_not_sent_and_says_unknown_of_what_was()
    {
        var client = Client();
        var sent = client.AppendAsync(Body("sent"));
        AnswerSearch(leader: 0);
        NextAppend(0);
        await client.DisposeAsync();
        Assert.IsType<AppendResult.Unknown>(await sent.WaitAsync(Deadline));
        Assert.Equal(RejectReason.Stopping, Assert.IsType<AppendResult.Rejected>(await client.AppendAsync(Body("late")).WaitAsync(Deadline)).Reason);
        Assert.Equal(RejectReason.Stopping, Assert.IsType<ReadResult.Rejected>(await client.ReadAsync(new Read(0)).WaitAsync(Deadline)).Reason);
        Assert.All(await client.StatusAsync(Deadline).WaitAsync(Deadline), status => Assert.False(status.Reachable));
    }

    [Fact]
    public async Task What_awaits_an_append_goes_on_on_the_clients_own_thread_which_ends_with_it()
    {
        var client = Client();
        AnswerSearch(leader: 0);
        var thread = await UntilToldOnItsThreadAsync(client);
        await client.DisposeAsync();
        Assert.True(thread.Join(Deadline));
    }

    [Fact]
    public async Task Who_blocks_where_results_are_told_until_another_one_is_gets_it_also_on_the_pool()
    {
        await using var client = Client();
        using var over = new ManualResetEventSlim();
        AnswerSearch(leader: 0);
        var thread = await UntilToldOnItsThreadAsync(client);

        // One holds up the thread to the end. In the same request, and in one that is answered meanwhile, somebody waits for the one behind it.
        var holds = BlockAfterAsync(client.AppendAsync(Body("x")), over.Wait);
        var together = WaitForTheOneBehind();
        Serve(0, 3, firstIndex: 0);
        await together.WaitAsync(Deadline);
        var meanwhile = WaitForTheOneBehind();
        Serve(0, 2, firstIndex: 3);
        await meanwhile.WaitAsync(Deadline);
        Assert.False(holds.IsCompleted);
        over.Set();
        await holds.WaitAsync(Deadline);
        Assert.Equal(thread, await UntilToldOnItsThreadAsync(client));

        Task WaitForTheOneBehind()
        {
            Task<AppendResult>? behind = null;
            var waits = BlockAfterAsync(client.AppendAsync(Body("x")), () => behind!.Wait());
            behind = client.AppendAsync(Body("x"));
            return waits;
        }
    }

    [Fact]
    public async Task A_client_closed_from_where_results_are_told_still_tells_the_others_and_refuses_what_comes()
    {
        var client = Client();
        Task<AppendResult>? together = null;
        var closes = BlockAfterAsync(client.AppendAsync(Body("0")), () =>
        {
            client.DisposeAsync().AsTask().Wait();
            together!.Wait();
        });
        together = client.AppendAsync(Body("1"));
        AnswerSearch(leader: 0);
        Serve(0, 2, firstIndex: 0);
        await closes.WaitAsync(Deadline);
        Assert.Equal(new AppendResult.Committed(1, 1, 1), await together);
        Assert.Equal(RejectReason.Stopping, Assert.IsType<AppendResult.Rejected>(await client.AppendAsync(Body("2")).WaitAsync(Deadline)).Reason);
    }

    [Fact]
    public async Task Who_cancels_does_not_run_what_awaits()
    {
        await using var client = Client();
        using var cancellation = new CancellationTokenSource();
        var after = ThreadAfter(client.AppendAsync(Body("0"), cancellation.Token));
        await Task.Factory.StartNew(
            () =>
            {
                Thread.CurrentThread.Name = "who cancels";
                cancellation.Cancel();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        Assert.NotEqual("who cancels", (await after.WaitAsync(Deadline)).Name);
    }

    [Fact]
    public async Task A_linearizable_read_goes_to_the_leader_and_follows_it()
    {
        await using var client = Client();
        var read = client.ReadAsync(new Read(3));
        AnswerSearch(leader: 0);
        _members[0].FishForMessage<Read>(_ => true);
        Answer(_members[0], new ReadResult.Rejected(RejectReason.NotLeader, "akka.tcp://dledger@b:1"));
        AnswerSearch(leader: 1);
        Assert.Equal(3, _members[1].FishForMessage<Read>(_ => true).From);
        var entry = new LedgerEntry(3, 1, Body("x"));
        Answer(_members[1], new ReadResult.Entries([entry], 3));
        Assert.Equal(entry, Assert.Single(Assert.IsType<ReadResult.Entries>(await read.WaitAsync(Deadline)).Items));
    }

    [Fact]
    public async Task A_local_read_needs_no_leader()
    {
        await using var client = Client();
        var read = client.ReadAsync(new Read(0, mode: ReadMode.Local));
        _members[0].ExpectMsg<Read>();
        Answer(_members[0], new ReadResult.OutOfRange(-1, -1));
        Assert.Equal(new ReadResult.OutOfRange(-1, -1), await read.WaitAsync(Deadline));
    }

    [Fact]
    public async Task Reads_go_to_the_members_that_are_named_whatever_their_mode_and_to_the_others_when_those_are_silent()
    {
        await using var client = Client(new DLedgerClientOptions { ReadFrom = ["c"] });
        var read = client.ReadAsync(new Read(0));
        _members[2].ExpectMsg<Read>();
        Answer(_members[2], new ReadResult.OutOfRange(-1, -1));
        Assert.Equal(new ReadResult.OutOfRange(-1, -1), await read.WaitAsync(Deadline));
        var query = client.QueryAsync(Body("?"), ReadMode.Lease);
        _members[2].ExpectMsg<Query>();
        _members[0].ExpectMsg<Query>(); // c has not answered for a while
        Answer(_members[0], new QueryResult.Answer(Body("!"), 3));
        Assert.IsType<QueryResult.Answer>(await query.WaitAsync(Deadline));
    }

    [Fact]
    public void A_member_to_read_from_is_one_of_the_group()
    {
        var wrong = Assert.Throws<SettingsException>(() => Client(new DLedgerClientOptions { ReadFrom = ["d"] }));
        Assert.Contains("client.read-from = [d]: d is not a member; members are a, b, c", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tail_goes_on_with_what_comes_later()
    {
        await using var client = Client(new DLedgerClientOptions { TailInterval = TimeSpan.FromMilliseconds(1) });
        var answers = new Queue<ReadResult>(
        [
            new ReadResult.OutOfRange(-1, -1),
            new ReadResult.Entries([new LedgerEntry(0, 1, Body("0")), new LedgerEntry(1, 1, Body("1"))], 1),
            new ReadResult.OutOfRange(0, 1),
            new ReadResult.Rejected(RejectReason.Busy),
            new ReadResult.Entries([new LedgerEntry(2, 1, Body("2"))], 2),
        ]);
        _members[0].SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            if (message is Read) Answer(sender, message, answers.TryDequeue(out var answer) ? answer : new ReadResult.OutOfRange(0, 2));
            return AutoPilot.KeepRunning;
        }));
        List<string> seen = [];
        using var deadline = new CancellationTokenSource(Deadline);
        await foreach (var entry in client.TailAsync(0, ReadMode.Local, deadline.Token))
        {
            seen.Add(Text(entry.Body));
            if (seen.Count == 3) break;
        }

        Assert.Equal(["0", "1", "2"], seen);
    }

    [Fact]
    public async Task A_tail_from_before_the_beginning_of_the_log_says_where_it_begins()
    {
        await using var client = Client();
        _members[0].SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            if (message is Read) Answer(sender, message, new ReadResult.OutOfRange(50, 90));
            return AutoPilot.KeepRunning;
        }));
        var ended = await Assert.ThrowsAsync<DLedgerReadException>(async () =>
        {
            await foreach (var entry in client.TailAsync(7, ReadMode.Local)) Assert.Fail(entry.ToString());
        });
        Assert.Contains("begins at 50", ended.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_has_a_line_for_each_member_also_for_those_that_do_not_answer()
    {
        await using var client = Client();
        var asked = client.StatusAsync(TimeSpan.FromMilliseconds(300));
        AnswerStatus(_members[0], MemberRole.Leader, 1, null);
        AnswerStatus(_members[2], MemberRole.Follower, 1, null);
        var statuses = await asked.WaitAsync(Deadline);
        Assert.Equal(["a", "b", "c"], statuses.Select(status => status.Member.Id));
        Assert.Equal([true, false, true], statuses.Select(status => status.Reachable));
        Assert.Equal(MemberRole.Leader, statuses[0].Status!.Role);
    }

    [Fact]
    public async Task What_a_forgotten_leader_never_answered_holds_up_the_rest_no_longer_than_its_connection()
    {
        // Only the broken connection can end the wait.
        await using var client = Client(new DLedgerClientOptions { Timeout = TimeSpan.FromMinutes(10) });
        var first = client.AppendAsync(Body("0"));
        AnswerSearch(leader: 0);
        var (_, firstFrom) = NextAppend(0);
        var second = client.AppendAsync(Body("1"));
        NextAppend(0);
        var third = client.AppendAsync(Body("2"));

        firstFrom.Tell(new AppendResult.Unknown(UnknownReason.LeadershipLost));
        Assert.IsType<AppendResult.Unknown>(await first.WaitAsync(Deadline));
        Break(_members[0]);
        Assert.IsType<AppendResult.Unknown>(await second.WaitAsync(Deadline));
        for (var i = 0; i < _members.Length; i++) AlwaysAnswerStatus(_members[i], i == 1 ? MemberRole.Leader : MemberRole.Follower, 2);
        NextAppend(1).From.Tell(new AppendResult.Committed(2, 1, 2));
        Assert.IsType<AppendResult.Committed>(await third.WaitAsync(Deadline));
    }

    [Fact]
    public async Task What_a_dead_leader_owed_is_given_up_when_another_one_leads()
    {
        await using var client = Client(new DLedgerClientOptions { Timeout = TimeSpan.FromMinutes(10) });
        var lost = client.AppendAsync(Body("0"));
        AnswerSearch(leader: 0);
        NextAppend(0);
        Break(_members[0]);
        for (var i = 0; i < _members.Length; i++) AlwaysAnswerStatus(_members[i], i == 1 ? MemberRole.Leader : MemberRole.Follower, 2);
        Assert.Equal(new AppendResult.Unknown(UnknownReason.LeadershipLost), await lost.WaitAsync(Deadline));
    }

    [Fact]
    public async Task What_is_under_way_to_a_leader_that_still_leads_is_waited_for_although_the_connection_broke()
    {
        await using var client = Client(new DLedgerClientOptions { Timeout = TimeSpan.FromMinutes(10) });
        var first = client.AppendAsync(Body("0"));
        AnswerSearch(leader: 0);
        var (_, firstFrom) = NextAppend(0);
        var second = client.AppendAsync(Body("1"));
        var (_, secondFrom) = NextAppend(0);
        Break(_members[0]);
        for (var i = 0; i < _members.Length; i++) AlwaysAnswerStatus(_members[i], i == 0 ? MemberRole.Leader : MemberRole.Follower, 1);
        firstFrom.Tell(new AppendResult.Committed(0, 1, 1));
        secondFrom.Tell(new AppendResult.Committed(1, 1, 1));
        Assert.Equal(new AppendResult.Committed(0, 1, 1), await first.WaitAsync(Deadline));
        Assert.Equal(new AppendResult.Committed(1, 1, 1), await second.WaitAsync(Deadline));
    }

    [Fact]
    public async Task Members_are_asked_again_while_nobody_leads_and_a_late_answer_counts()
    {
        await using var client = Client();
        var append = client.AppendAsync(Body("x"));
        _members[1].FishForMessage<GetStatus>(_ => true);
        var early = AskerOf(_members[1]);
        _members[1].FishForMessage<GetStatus>(_ => true);
        _members[1].FishForMessage<GetStatus>(_ => true);
        early.Tell(Status(MemberRole.Leader, 1));
        NextAppend(1).From.Tell(new AppendResult.Committed(0, 1, 1));
        Assert.IsType<AppendResult.Committed>(await append.WaitAsync(Deadline));
    }

    [Fact]
    public async Task An_answer_from_before_a_leader_was_forgotten_brings_back_nobody()
    {
        await using var client = Client();
        var append = client.AppendAsync(Body("x"));
        _members[0].FishForMessage<GetStatus>(_ => true);
        var late = AskerOf(_members[0]);
        AnswerStatus(_members[1], MemberRole.Leader, 2, null);
        var (_, from) = NextAppend(1);
        from.Tell(new AppendResult.Rejected(RejectReason.NotLeader));
        late.Tell(Status(MemberRole.Leader, 1));
        AlwaysAnswerStatus(_members[2], MemberRole.Leader, 3);
        NextAppend(2).From.Tell(new AppendResult.Committed(0, 1, 3));
        Assert.IsType<AppendResult.Committed>(await append.WaitAsync(Deadline));
    }

    [Fact]
    public async Task A_transfer_goes_to_the_leader()
    {
        await using var client = Client();
        var transfer = client.TransferAsync("b");
        AnswerSearch(leader: 2);
        Assert.Equal("b", _members[2].FishForMessage<TransferLeadership>(_ => true).To);
        Answer(_members[2], new TransferResult.Transferred("b", 4));
        Assert.Equal(new TransferResult.Transferred("b", 4), await transfer.WaitAsync(Deadline));
    }

    [Fact]
    public async Task An_answer_to_another_request_that_comes_to_the_same_address_is_dropped_and_the_right_one_is_taken()
    {
        await using var client = Client();
        var dropped = DLedgerExtension.Get(Sys).MisdirectedAnswers;
        var append = client.AppendAsync(Body("x"));
        AnswerSearch(leader: 0);
        var (_, from) = NextAppend(0);
        foreach (
            var stray in (DLedgerMessage[])[new AppendResult.Committed(3, 1, 1), new AppendResult.Rejected(RejectReason.Busy),
                new AppendResult.Unknown(UnknownReason.TimedOut), new ReadResult.OutOfRange(0, 0)])
        {
            // Of a client that knows no ids, and of an earlier life of this one.
            from.Ref.Tell(stray, ActorRefs.NoSender);
            from.Ref.Tell(stray.WithRequestId(from.RequestId - 1), ActorRefs.NoSender);
        }

        from.Tell(new AppendResult.Committed(7, 1, 1));
        Assert.Equal(new AppendResult.Committed(7, 1, 1), await append.WaitAsync(Deadline));
        Assert.Equal(dropped + 8, DLedgerExtension.Get(Sys).MisdirectedAnswers);
    }

    [Fact]
    public async Task No_question_of_a_client_takes_the_answer_to_another_one()
    {
        await using var client = Client();
        for (var i = 0; i < _members.Length; i++) _members[i].SetAutoPilot(Misleading(i));
        Assert.Equal(new ReadResult.OutOfRange(0, 7), await client.ReadAsync(new Read(8)).WaitAsync(Deadline));
        Assert.Equal(new ReadResult.OutOfRange(0, 7), await client.ReadAsync(new Read(8, mode: ReadMode.Local)).WaitAsync(Deadline));
        Assert.Equal(new CommitPositionResult.Position(0, 7), await client.CommitPositionAsync().WaitAsync(Deadline));
        Assert.Equal(new TransferResult.Transferred("b", 7), await client.TransferAsync("b").WaitAsync(Deadline));
        Assert.All(
            await client.StatusAsync(Deadline).WaitAsync(Deadline), status => Assert.Equal((7, 0), (status.Status!.Term, status.Status.RequestId)));
        Assert.Equal(RejectReason.DiskFull, Assert.IsType<AppendResult.Rejected>(await client.AppendAsync(Body("x")).WaitAsync(Deadline)).Reason);

        // Each answer comes after one with another id, in which everything is 3.
        static AutoPilot Misleading(int member) => new DelegateAutoPilot((sender, message) =>
        {
            DLedgerMessage Answer(int number) => message switch
            {
                AppendMany => number == 3 ? new AppendResult.Committed(3, 1, 3) : new AppendResult.Rejected(RejectReason.DiskFull),
                Read => new ReadResult.OutOfRange(0, number),
                GetCommitPosition => new CommitPositionResult.Position(0, number),
                TransferLeadership => new TransferResult.Transferred("b", number),
                _ => Status(number == 3 || member == 1 ? MemberRole.Leader : MemberRole.Follower, number),
            };
            sender.Tell(Answer(3).WithRequestId(((DLedgerMessage)message).RequestId + 1));
            sender.Tell(Answer(7).WithRequestId(((DLedgerMessage)message).RequestId));
            return AutoPilot.KeepRunning;
        });
    }

    [Fact]
    public async Task The_answer_to_a_try_that_was_given_up_is_not_taken_for_that_of_the_next_one()
    {
        await using var client = Client();
        var read = client.ReadAsync(new Read(0, mode: ReadMode.Local));
        _members[0].ExpectMsg<Read>();
        var first = AskerOf(_members[0]);
        _members[2].ExpectMsg<Read>(); // given up after a while, and another member is asked
        var second = AskerOf(_members[2]);
        first.Tell(new ReadResult.OutOfRange(0, 3));
        second.Ref.Tell(new ReadResult.OutOfRange(0, 3).WithRequestId(first.RequestId), ActorRefs.NoSender);
        second.Tell(new ReadResult.OutOfRange(0, 7));
        Assert.Equal(new ReadResult.OutOfRange(0, 7), await read.WaitAsync(Deadline));
    }

    [Fact]
    public async Task Two_lives_at_the_same_address_ask_from_addresses_and_with_ids_that_never_meet()
    {
        HashSet<(string Address, long RequestId)> first = [.. await QuestionsOfALife()];
        foreach (var (address, id) in await QuestionsOfALife())
        {
            Assert.DoesNotContain(first, question => question.Address == address);
            Assert.DoesNotContain(first, question => question.RequestId == id);
        }

        async Task<List<(string, long)>> QuestionsOfALife()
        {
            // Which answers come where is a matter of the system alone: what an earlier one of the same name had under way, and what this one has.
            var life = ActorSystem.Create("life", "akka.loglevel = WARNING");
            List<(string, long)> questions = [];
            await using (var client = DLedgerClient.Create(life, "g", [new Member("a", "a", 1, 2)], null, _ => _members[0].Ref))
            {
                for (var i = 0; i < 20; i++)
                {
                    var read = client.ReadAsync(new Read(0, mode: ReadMode.Local));
                    _members[0].ExpectMsg<Read>();
                    var asker = AskerOf(_members[0]);
                    questions.Add((asker.Ref.Path.ToStringWithoutAddress(), asker.RequestId));
                    asker.Tell(new ReadResult.OutOfRange(0, i));
                    await read.WaitAsync(Deadline);
                }
            }

            await life.Terminate();
            return questions;
        }
    }

    [Theory]
    [InlineData(RejectReason.Starting)]
    [InlineData(RejectReason.Stopping)]
    public async Task A_member_that_is_starting_or_stopping_is_waited_for_by_every_call(RejectReason reason)
    {
        await using var client = Client();
        foreach (var member in _members) member.SetAutoPilot(RefusesOnce());
        Assert.IsType<AppendResult.Committed>(await client.AppendAsync(Body("x")).WaitAsync(Deadline));
        Assert.IsType<ReadResult.OutOfRange>(await client.ReadAsync(new Read(0)).WaitAsync(Deadline));
        Assert.IsType<ReadResult.OutOfRange>(await client.ReadAsync(new Read(1, mode: ReadMode.Local)).WaitAsync(Deadline));
        Assert.IsType<CommitPositionResult.Position>(await client.CommitPositionAsync().WaitAsync(Deadline));
        Assert.IsType<TransferResult.Transferred>(await client.TransferAsync("b").WaitAsync(Deadline));

        AutoPilot RefusesOnce()
        {
            HashSet<string> refused = [];
            return new DelegateAutoPilot((sender, message) =>
            {
                var first = refused.Add($"{message.GetType()} {(message as Read)?.Mode}");
                DLedgerMessage answer = message switch
                {
                    AppendMany => first ? new AppendResult.Rejected(reason) : new AppendResult.Committed(0, 1, 1),
                    Read => first ? new ReadResult.Rejected(reason) : new ReadResult.OutOfRange(-1, -1),
                    GetCommitPosition => first ? new CommitPositionResult.Rejected(reason) : new CommitPositionResult.Position(-1, -1),
                    TransferLeadership => first ? new TransferResult.Rejected(reason) : new TransferResult.Transferred("b", 2),
                    _ => Status(first ? MemberRole.Starting : MemberRole.Leader, 1),
                };
                Answer(sender, message, answer);
                return AutoPilot.KeepRunning;
            });
        }
    }

    [Fact]
    public async Task A_tail_waits_for_members_that_start_longer_than_a_call_may_take()
    {
        await using var client = Client(
            new DLedgerClientOptions { Timeout = TimeSpan.FromMilliseconds(100), TailInterval = TimeSpan.FromMilliseconds(1) });
        var calls = 0;
        foreach (var member in _members)
        {
            member.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
            {
                if (message is Read)
                    Answer(
                        sender, message,
                        Interlocked.Increment(ref calls) > 20
                            ? new ReadResult.Entries([new LedgerEntry(0, 1, Body("0"))], 0)
                            : new ReadResult.Rejected(RejectReason.Starting));
                return AutoPilot.KeepRunning;
            }));
        }

        using var deadline = new CancellationTokenSource(Deadline);
        await foreach (var entry in client.TailAsync(0, ReadMode.Local, deadline.Token))
        {
            Assert.Equal("0", Text(entry.Body));
            break;
        }
    }

    [Fact]
    public async Task Calls_that_wait_are_bounded_and_one_more_is_refused_at_once()
    {
        await using var client = Client(new DLedgerClientOptions { OutstandingCallsMax = 3 });
        Task[] waiting = [client.ReadAsync(new Read(0)), client.CommitPositionAsync(), client.TransferAsync("b")];
        var refused = Assert.IsType<ReadResult.Rejected>(await client.ReadAsync(new Read(0)).WaitAsync(Deadline));
        Assert.Equal(RejectReason.Busy, refused.Reason);
        Assert.Contains("OutstandingCallsMax", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(RejectReason.Busy, Assert.IsType<TransferResult.Rejected>(await client.TransferAsync("b").WaitAsync(Deadline)).Reason);
        Assert.Equal(RejectReason.Busy, Assert.IsType<CommitPositionResult.Rejected>(await client.CommitPositionAsync().WaitAsync(Deadline)).Reason);
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.StatusAsync(Deadline).WaitAsync(Deadline));
        AnswerSearch(leader: 0, message => message switch
        {
            Read => new ReadResult.OutOfRange(-1, -1),
            GetCommitPosition => new CommitPositionResult.Position(-1, -1),
            TransferLeadership => new TransferResult.Transferred("b", 2),
            _ => null,
        });
        await Task.WhenAll(waiting).WaitAsync(Deadline);
        _leads = _members[0];
        Assert.IsType<ReadResult.OutOfRange>(await client.ReadAsync(new Read(0)).WaitAsync(Deadline));
    }

    [Fact]
    public async Task Thousands_of_calls_do_not_look_at_each_other()
    {
        const int Count = 5000;
        await using var client = Client(new DLedgerClientOptions { Timeout = TimeSpan.FromMinutes(10) });
        _members[0].SetAutoPilot(Leader(refuses: true));
        var reads = new Task<ReadResult>[Count];
        for (var i = 0; i < Count; i++) reads[i] = client.ReadAsync(new Read(i));
        foreach (var read in reads) Assert.IsType<ReadResult.OutOfRange>(await read.WaitAsync(Deadline + Deadline));

        // All are looked at when a leader is found, and as time passes, which is some passes a second: not at each call, and not at each answer,
        // which would be several thousand passes.
        Assert.True(client.LooksAtCalls < 500L * Count, $"{client.LooksAtCalls} looks at {Count} calls");

        // Every read comes once too early.
        static AutoPilot Leader(bool refuses)
        {
            HashSet<long> refused = [];
            return new DelegateAutoPilot((sender, message) =>
            {
                Answer(sender, message, message switch
                {
                    Read read when refuses && refused.Add(read.From) => new ReadResult.Rejected(RejectReason.Busy),
                    Read => new ReadResult.OutOfRange(-1, -1),
                    _ => Status(MemberRole.Leader, 1),
                });
                return AutoPilot.KeepRunning;
            });
        }
    }

    [Fact]
    public void A_committed_append_of_one_entry_costs_its_caller_no_more_than_it_says()
    {
        _ = new AppendResult.Committed(1, 1, 1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = new AppendResult.Committed(2, 1, 1);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal((1, 0), (result.Count, result.RequestId));
        Assert.Equal(40, bytes);
    }

    private static async Task<Thread> ThreadAfter(Task append)
    {
        await append.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return Thread.CurrentThread;
    }

    private static async Task BlockAfterAsync(Task append, Action block)
    {
        await append.ConfigureAwait(false);
        block();
    }

    /// <summary>A busy machine may hold a thread up for long enough that the pool does its work.</summary>
    private async Task<Thread> UntilToldOnItsThreadAsync(DLedgerClient client)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (true)
        {
            var after = ThreadAfter(client.AppendAsync(Body("x")));
            Serve(0, 1, firstIndex: 100);
            if (await after.WaitAsync(deadline.Token) is { Name: "dledger-client" } thread) return thread;
        }
    }

    private static ReadOnlyMemory<byte> Body(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> body) => Encoding.UTF8.GetString(body.Span);

    private static LedgerStatus Status(MemberRole role, long term, string? leaderAddress = null) =>
        new() { Group = "g", Id = "x", Role = role, Term = term, LeaderAddress = leaderAddress };

    private static void AnswerStatus(TestProbe member, MemberRole role, long term, string? leaderAddress)
    {
        member.FishForMessage<GetStatus>(_ => true);
        Answer(member, Status(role, term, leaderAddress));
    }

    private void Break(TestProbe member)
    {
        var gone = member.Ref.Path.Address;
        Sys.EventStream.Publish(new DisassociatedEvent(gone, gone, false));
    }

    private static void AlwaysAnswerStatus(TestProbe member, MemberRole role, long term) =>
        member.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
    {
        if (message is GetStatus) Answer(sender, message, Status(role, term));
        return AutoPilot.KeepRunning;
    }));

    private TestProbe Member(string host)
    {
        var probe = CreateTestProbe();
        _byAddress.Add($"akka.tcp://dledger@{host}:1", probe);
        return probe;
    }

    private DLedgerClient Client(DLedgerClientOptions? options = null) => DLedgerClient.Create(
        Sys, "g", [.. "abc".Select(c => new Member(c.ToString(), c.ToString(), 1, 2))], options, address =>
            _byAddress.GetValueOrDefault(address)?.Ref);

    /// <summary>
    /// Every search is answered from here on, until one of the members gets something else: then the search is over, and the next one waits for the
    /// next answer.
    /// </summary>
    private void AnswerSearch(int leader, Func<object, DLedgerMessage?>? serve = null)
    {
        _leads = _members[leader];
        foreach (var member in _members)
        {
            member.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
            {
                if (message is not GetStatus)
                {
                    _leads = null;
                    if (member == _members[leader] && serve?.Invoke(message) is { } answer) Answer(sender, message, answer);
                }
                else if (_leads is { } leads) Answer(sender, message, Status(member == leads ? MemberRole.Leader : MemberRole.Follower, 1));
                return AutoPilot.KeepRunning;
            }));
        }
    }

    private static Asker AskerOf(TestProbe member) => new(member.LastSender, ((DLedgerMessage)member.LastMessage).RequestId);

    /// <summary>To whoever asked last.</summary>
    private static void Answer(TestProbe member, DLedgerMessage answer) => AskerOf(member).Tell(answer);

    private static void Answer(IActorRef sender, object request, DLedgerMessage answer) =>
        new Asker(sender, ((DLedgerMessage)request).RequestId).Tell(answer);

    private (AppendMany Request, Asker From) NextAppend(int member)
    {
        var request = _members[member].FishForMessage<AppendMany>(_ => true);
        return (request, AskerOf(_members[member]));
    }

    /// <summary>Commits whatever comes until so many entries have.</summary>
    private List<string> Serve(int member, int entries, long firstIndex)
    {
        List<string> served = [];
        while (served.Count < entries)
        {
            var (request, from) = NextAppend(member);
            from.Tell(new AppendResult.Committed(firstIndex + served.Count, request.Bodies.Count, 1));
            served.AddRange(request.Bodies.Select(Text));
        }

        return served;
    }

    /// <summary>Who asked, and by which id.</summary>
    private sealed record Asker(IActorRef Ref, long RequestId)
    {
        public void Tell(DLedgerMessage answer) => Ref.Tell(answer.WithRequestId(RequestId), ActorRefs.NoSender);
    }
}
