using System.Globalization;
using Akka.Actor;
using DLedger.Core;
using DLedger.Node;
using DLedger.Protocol;
using DLedger.Remoting;

namespace DLedger.Simulation.Tests;

/// <summary>
/// What a stranger or a confused peer can send: every message between members, each field at its bounds, and bytes that were changed on the way, to
/// the router of a running leader and of a running follower, which hands each to its role. <c>DLEDGER_FUZZ_INPUTS</c> sets how many; a million are
/// sent by <c>DLEDGER_FUZZ_INPUTS=1000000 dotnet test tests/DLedger.Simulation.Tests -c Release --filter Forgery</c>.
/// </summary>
public sealed class ForgeryTests
{
    private static readonly int s_inputs = int.Parse(
        Environment.GetEnvironmentVariable("DLEDGER_FUZZ_INPUTS") ?? "6000", CultureInfo.InvariantCulture);

    private static readonly string[] s_manifests = [.. MessageCodecs.All.Select(codec => codec.Manifest)];

    [Fact]
    public void Nothing_that_a_stranger_sends_ends_a_member_changes_a_log_or_raises_a_term()
    {
        var run = Idle();
        var term = run.TermOf("n0");
        var tail = run.TailOf("n0");
        var random = run.World.Random.Fork("forger");
        Send(run, random, () => AnyOrigin(random, run), term, mayRaise: false);
        foreach (var id in run.Ids)
        {
            Assert.Equal((term, tail), (run.TermOf(id), run.TailOf(id)));
            run.UntilStatus(id, status => status is { Problem: null, LeaderId: "n0" });
            Assert.True(run.StatusOf(id).Dropped > 0);
        }

        StartsAgain(run);
    }

    [Fact]
    public void Nothing_that_a_confused_peer_sends_ends_a_member_changes_what_is_committed_or_bricks_it()
    {
        var run = Idle();
        var first = run.TermOf("n0");
        var committed = run.Cluster.Safety.Committed.Last;
        var random = run.World.Random.Fork("forger");
        long leap = 0;
        foreach (var id in run.Ids)
            run.Disk(id).OnSave += (group, state) => leap = Math.Max(leap, state.Term.Value - run.Disk(id).SavedState(group).Term.Value);
        // Of the two others, so that leader and follower hear each a member with the right store id.
        Send(run, random, () => new Origin("dledger", LedgerCluster.Group, "n2", run.Disk("n2").StoreId), first, mayRaise: true);
        run.CommitsAgain(30);
        run.Until("all have all", () => run.Ids.All(id => run.TailOf(id) == run.TailOf(run.Leader!)), 30);
        foreach (var id in run.Ids)
        {
            Assert.True(leap <= Term.LeapMax, $"a member went up by {leap} terms at once");
            Assert.True(run.TailOf(id).Index > committed);
        }

        StartsAgain(run);
    }

    private static Scenario Idle()
    {
        var run = new Scenario(3);
        run.StartLedBy("n0");
        run.Commit("n0", 5);
        run.Until("all have all", () => run.Ids.All(id => run.TailOf(id) == run.TailOf("n0")));
        run.Let(1);
        return run;
    }

    private static void StartsAgain(Scenario run)
    {
        run.PowerFails([.. run.Ids]);
        run.Restart([.. run.Ids]);
        run.EndsWell();
    }

    private static void Send(Scenario run, Random random, Func<Origin> origin, Term term, bool mayRaise)
    {
        // What it is made of is this group's own, so that it gets as far as it can.
        var batches = Enumerable.Range(1, (int)run.TailOf("n0").Index.Value)
            .Select(at => run.Disk("n0").BatchAt(LedgerCluster.Group, new LogIndex(at))!).ToArray();
        foreach (var id in new[] { "n0", "n1" }) run.Expect(run.Cluster.IsStarted(id), $"{id} is there");
        for (var input = 0; input < s_inputs; input++)
        {
            var id = random.Next(2) == 0 ? "n0" : "n1";
            var system = run.Sim.Node(id).System!;
            var message = AnyMessage(random, origin(), term, batches, run, mayRaise);
            if (random.Next(4) == 0) message = Mutated(random, new WireSerializer((ExtendedActorSystem)system), message, term) ?? message;
            if (message is PeerMessage said) run.Cluster.Safety.Forged(said);
            PeerRouter.Of(system).Deliver(message, null);
            if (input % 8 == 7) run.Let(0.004);
        }

        run.Let(2);
    }

    /// <summary>Never a member with its own store id: that takes knowing it.</summary>
    private static Origin AnyOrigin(Random random, Scenario run)
    {
        var id = random.Next(5) switch { 0 => "n0", 1 => "n1", 2 => "x", _ => "n2" };
        var store = new Guid(random.Next(), 7, 7, new byte[8]);
        return random.Next(10) switch
        {
            0 => new Origin("another", LedgerCluster.Group, id, run.Disk("n2").StoreId),
            1 => new Origin("dledger", "another", id, run.Disk("n2").StoreId),
            2 => new Origin("", "", "", Guid.Empty),
            _ => new Origin("dledger", LedgerCluster.Group, id, store),
        };
    }

    private static object AnyMessage(Random random, Origin origin, Term now, Batch[] batches, Scenario run, bool mayRaise)
    {
        var term = AnyTerm();
        return random.Next(22) switch
        {
            0 => new Push(origin, term, Number(), Point(), new LogIndex(Number()), Some()),
            1 => new PushAck(origin, term, new LogIndex(Number())),
            2 => new PushRefused(origin, term, Number(), Point()),
            3 => new Heartbeat(origin, term, Number()),
            4 => new HeartbeatReply(origin, term, Number(), random.Next(2) == 0),
            5 => new Compare(origin, term, Number(), Point(), Runs()),
            6 => new Compared(origin, term, Number(), random.Next(2) == 0 ? Point() : null, Tail(), Point()),
            7 => new Truncate(origin, term, Number(), Point(), Point()),
            8 => new Truncated(origin, term, Number(), random.Next(2) == 0, Point()),
            9 or 10 => new Install(origin, term, Number(), Base()),
            11 => new Installed(origin, term, Number(), Tail()),
            12 => new PreVoteRequest(origin, term, AnyTerm(), Point()),
            13 => new PreVoteReply(origin, term, AnyTerm(), random.Next(2) == 0),
            14 => new VoteRequest(origin, term, Point(), random.Next(2) == 0),
            15 => new VoteReply(origin, term, AnyTerm(), random.Next(2) == 0),
            16 => new TimeoutNow(origin, term),
            17 => new Hello(origin, term, Protocol(), Number()),
            18 => new HelloRefused(origin, term, Protocol(), Number()),
            19 => new DigestIs(origin, term, new LogIndex(Number()), new ResultDigest(7), random.Next(2) == 0),
            20 => new DigestAnswer(origin, term, new LogIndex(Number()), new ResultDigest(7)),
            _ =>
                new HelloReply(
                    origin, term, Number(),
                    new Greeting(
                        Names(), [.. Names().Select(id => new MemberLife(id, Guid.Empty))], random.Next(2) == 0, Names(), Point(), Point(), Number(),
                        Number())),
        };

        // A stranger may name any term; a peer that is no forger none that is next and means it.
        Term AnyTerm() => random.Next(mayRaise ? 60 : 8) switch
        {
            0 => new Term(now.Value + 1),
            1 => new Term(now.Value + Term.LeapMax + 1 + random.Next(1000)),
            2 => new Term(Term.Max.Value - random.Next(2)),
            3 => new Term(Term.Max.Value + random.Next(2)),
            4 => new Term(RecordReader.NumberMax),
            5 => Term.None,
            6 => new Term(now.Value - 1),
            _ => now,
        };

        long Number() => random.Next(12) switch
        {
            0 => 0,
            1 => 1,
            2 => RecordReader.NumberMax,
            3 => RecordReader.NumberMax - 1,
            4 => 1L << 48,
            5 => 1L << 32,
            6 => int.MaxValue,
            7 => run.TailOf("n0").Index.Value,
            8 => run.TailOf("n0").Index.Value + 1,
            _ => random.Next(12),
        };

        LogPoint Point() =>
            random.Next(3) == 0
                ? run.TailOf("n0").Point
                : new LogPoint(new LogIndex(Number()), random.Next(2) == 0 ? AnyTerm() : new Term(Number() % 4));

        Tail Tail() => new(
            new LogIndex(Number()), random.Next(2) == 0
                ? AnyTerm()
                : new Term(Number() % 4), new EntryIndex(Number()), new LogTime(Number() % LogTime.Max.Microseconds));

        LogBase Base() => new(Tail(), random.Next(2) == 0 ? default : new byte[random.Next(100)]);

        int Protocol() => random.Next(3) == 0 ? random.Next(4) : ProtocolVersion.Current;

        Batch[] Some() => [.. Enumerable.Range(0, random.Next(3)).Select(_ => batches[random.Next(batches.Length)])];

        TermRun[] Runs() =>
            [.. Enumerable.Range(0, random.Next(3)).Select(_ => new TermRun(AnyTerm(), new LogIndex(Number()), new LogIndex(Number())))];

        string[] Names() => [.. Enumerable.Range(0, random.Next(4)).Select(i => random.Next(4) == 0 ? "x" : $"n{i}")];
    }

    /// <summary>Some bytes changed, or another name for them. Null where that makes it a well-formed word of a higher term.</summary>
    private static object? Mutated(Random random, WireSerializer serializer, object message, Term now)
    {
        var bytes = serializer.ToBinary(message);
        for (var left = random.Next(1, 5); left > 0 && bytes.Length > 0; left--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        if (random.Next(8) == 0) bytes = bytes[..random.Next(bytes.Length + 1)];
        var manifest = random.Next(8) == 0 ? s_manifests[random.Next(s_manifests.Length)] : serializer.Manifest(message);
        var read = serializer.FromBinary(bytes, manifest);
        return read is Undecodable || (read is PeerMessage peer && (peer.Term <= now || !peer.Term.IsPlausibleAfter(now))) ? read : null;
    }
}
